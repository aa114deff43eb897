"""Who else has the layers of an artifact: other artifacts here, and other repositories.

Only what the asker may see counts. That a hidden repository has the same bytes is told by nothing, not even by a
number: whoever can guess bytes could find out what others keep."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Window
from django.db.models.functions import RowNumber

from accounts.principals import Principal
from registry.content import visibility
from registry.models import Artifact, Blob, BlobLink, ManifestBlob, Repository

MOST_NAMES = 5


@dataclass(frozen=True)
class Sharing:
    """Where else a blob is: whether in other artifacts of this repository, in which other repositories by the
    first of their names, and in how many more."""

    is_here: bool = False
    names: tuple[str, ...] = ()
    more: int = 0

    @property
    def is_exclusive(self) -> bool:
        return not self.is_here and not self.names


def of(artifact: Artifact, digests: Iterable[str], *, by: Principal) -> dict[str, Sharing]:
    """For each of these digests; by two queries for any number."""
    wanted = [*dict.fromkeys(digests)]
    here = _used(Artifact.objects.filter(repository=artifact.repository_id, deleted_at=None).exclude(pk=artifact.pk))
    shared_here = set(Blob.objects.filter(here, digest__in=wanted).values_list("digest", flat=True))
    names: dict[str, list[str]] = {}
    counts: dict[str, int] = {}
    for digest, name, total in _elsewhere(artifact, wanted, by=by):
        names.setdefault(digest, []).append(name)
        counts[digest] = total
    return {
        digest: Sharing(
            digest in shared_here,
            tuple(names.get(digest, ())),
            counts.get(digest, 0) - len(names.get(digest, ())),
        )
        for digest in wanted
    }


def _elsewhere(artifact: Artifact, digests: list[str], *, by: Principal) -> Iterable[tuple[str, str, int]]:
    """Digest, name and how many names there are, for the first names of each."""
    visible = Repository.objects.filter(visibility.condition(by)).exclude(pk=artifact.repository_id)
    standing = Artifact.objects.filter(repository=OuterRef(OuterRef("repository")), deleted_at=None)
    using = ManifestBlob.objects.filter(blob=OuterRef("blob"), manifest__artifacts__in=standing)
    rows = BlobLink.objects.filter(Exists(using), blob__digest__in=digests, repository__in=visible)
    numbered = rows.annotate(
        place=Window(RowNumber(), partition_by=F("blob"), order_by="repository__name"),
        total=Window(Count("pk"), partition_by=F("blob")),
    )
    first = numbered.filter(place__lte=MOST_NAMES).order_by("blob", "place")
    return first.values_list("blob__digest", "repository__name", "total")


def _used(artifacts: QuerySet[Artifact]) -> Exists:
    """Whether any of these artifacts has the blob."""
    return Exists(ManifestBlob.objects.filter(blob=OuterRef("pk"), manifest__artifacts__in=artifacts))
