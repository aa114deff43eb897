"""Who else has the layers of an artifact: other artifacts here, and other repositories.

Only what the asker may see counts. That a hidden repository has the same bytes is told by nothing, not even by a
number: whoever can guess bytes could find out what others keep."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter

from django.db.models import Exists, OuterRef

from accounts.principals import Principal
from registry.content import repositories
from registry.models import Artifact, Blob, BlobLink, ManifestBlob

MOST_NAMES = 5
# So many blobs are asked about by one query: databases set a limit to the length of a union.
AT_ONCE = 100


@dataclass(frozen=True)
class Sharing:
    """Where else a blob is: whether in other artifacts of this repository, and which other repositories may show
    it, those that have had it for longest; `has_more` where these are not all."""

    is_here: bool = False
    names: tuple[str, ...] = ()
    has_more: bool = False

    @property
    def is_exclusive(self) -> bool:
        return not self.is_here and not self.names


def of(artifact: Artifact, digests: Iterable[str], *, by: Principal) -> dict[str, Sharing]:
    """For each of these digests; by few queries for any number."""
    others = Artifact.objects.filter(repository=artifact.repository_id, deleted_at=None).exclude(pk=artifact.pk)
    used = ManifestBlob.objects.filter(blob=OuterRef("pk"), manifest__artifacts__in=others)
    wanted = Blob.objects.filter(digest__in={*digests}).annotate(is_here=Exists(used))
    blobs = {key: (digest, is_here) for key, digest, is_here in wanted.values_list("pk", "digest", "is_here")}
    names: dict[int, list[str]] = {key: [] for key in blobs}
    for key, name in _elsewhere(artifact, sorted(blobs), by=by):
        names[key].append(name)
    found = {
        digest: Sharing(is_here, tuple(names[key][:MOST_NAMES]), len(names[key]) > MOST_NAMES)
        for key, (digest, is_here) in blobs.items()
    }
    return {digest: found.get(digest, Sharing()) for digest in digests}


def _elsewhere(artifact: Artifact, keys: list[int], *, by: Principal) -> Iterator[tuple[int, str]]:
    """Each blob with the names of the first repositories that have it, and one more where there is one. Asked about
    each by itself: a base layer is in thousands, of which nobody reads the names."""
    visible = repositories.all_visible(by=by).exclude(pk=artifact.repository_id)
    shown = BlobLink.objects.filter(repository__in=visible).order_by("pk").values("pk")
    for start in range(0, len(keys), AT_ONCE):
        firsts = (shown.filter(blob=key)[: MOST_NAMES + 1] for key in keys[start : start + AT_ONCE])
        # Not the cuts themselves are united, which SQLite cannot.
        links = [
            BlobLink.objects.filter(pk__in=first).values_list("blob", "repository__name", "pk") for first in firsts
        ]
        for key, name, _ in sorted(links[0].union(*links[1:], all=True), key=itemgetter(2)):
            yield key, name
