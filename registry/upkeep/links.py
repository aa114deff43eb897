"""The mirror of link files, made to show what the rows say: what is missing or wrong is written, and what
no row knows is removed. Only link files are touched, never data, and uploads never.

A repository of which there is no row is left alone: its links are all that is known of it until
`manage.py adopt` takes it in."""

from collections.abc import Iterator
from dataclasses import dataclass

from registry import storage
from registry.models import Artifact, BlobLink, Repository, Tag, TagMove
from registry.storage import paths
from registry.upkeep import folders, progress
from registry.upkeep.progress import Done, Left, Reached

# Somebody may push while we look; so we look until there is nothing to do, and no longer.
MOST_LOOKS = 3
UNKNOWN = "the database has no such repository; manage.py adopt takes it in"


@dataclass(frozen=True)
class Mended:
    """How many link files of a repository were written, and how many removed."""

    repository: str
    written: int = 0
    removed: int = 0

    def __add__(self, other: "Mended") -> "Mended":
        return Mended(self.repository, self.written + other.written, self.removed + other.removed)

    def __bool__(self) -> bool:
        return bool(self.written or self.removed)

    def __str__(self) -> str:
        return f"{self.written} written, {self.removed} removed"


Told = Mended | Done | Reached | Left


def rewrite(after: str = "") -> Iterator[Told]:
    """Mend the links of all repositories."""
    return progress.in_order({"rows": _known, "folders": _unknown}, after)


def _known(after: str) -> Iterator[Told]:
    while repository := Repository.objects.filter(name__gt=after).order_by("name").first():
        yield mend(repository)
        yield Done("repositories")
        after = repository.name
        yield Reached(after)


def _unknown(after: str) -> Iterator[Told]:
    for batch in progress.batches(folders.repositories(after), 200):
        known = set(Repository.objects.filter(name__in=batch).values_list("name", flat=True))
        for name in batch:
            if name not in known and folders.has_links(name):
                yield Left(name, "", UNKNOWN)
        yield Reached(batch[-1])


def mend(repository: Repository) -> Mended:
    """Make the links of one repository what its rows say."""
    total = Mended(repository.name)
    for _ in range(MOST_LOOKS):
        mended = _mend_once(repository)
        total += mended
        if not mended:
            break
    return total


def _mend_once(repository: Repository) -> Mended:
    """Files are listed before rows are read: a link is written after its row, so none that is new looks stray."""
    removed, written = _remove_tags(repository), 0
    present = [path for folder in _folders(repository.name) for path in _link_files(folder)]
    missing = wanted(repository)
    for path in present:
        digest = missing.pop(path, "")
        if not digest:
            storage.driver().remove(paths.parent(path))
            removed += 1
        elif folders.digest_in(path) != digest:
            _write(path, digest)
            written += 1
    for path, digest in missing.items():
        _write(path, digest)
    return Mended(repository.name, written + len(missing), removed)


def _folders(name: str) -> tuple[str, ...]:
    return paths.layers_folder(name), paths.revisions_folder(name), paths.tags_folder(name)


def _link_files(folder: str) -> list[str]:
    return [entry.path for entry in storage.driver().walk(folder) if entry.path.endswith("/link")]


def _remove_tags(repository: Repository) -> int:
    """The folders of tags that are no more: even an empty one is a tag to a stock registry."""
    shown = storage.driver().children(paths.tags_folder(repository.name))
    known = set(Tag.objects.filter(repository=repository).values_list("name", flat=True)) if shown else set()
    for name in (strays := [name for name in shown if name not in known]):
        storage.driver().remove(paths.tag_folder(repository.name, name))
    return len(strays)


def wanted(repository: Repository) -> dict[str, str]:
    """Each link file that there should be, by path, and the digest in it."""
    name = repository.name
    shown = BlobLink.objects.filter(repository=repository).values_list("blob__digest", flat=True)
    held = Artifact.objects.filter(repository=repository, deleted_at=None).values_list("digest", flat=True)
    tags = dict(Tag.objects.filter(repository=repository).values_list("name", "artifact__digest"))
    moves = TagMove.objects.filter(repository=repository).exclude(to_digest="").values_list("tag", "to_digest")
    return {
        **{paths.layer_link(name, digest): digest for digest in shown.iterator()},
        **{paths.revision_link(name, digest): digest for digest in held.iterator()},
        **{paths.tag_index_link(name, tag, digest): digest for tag, digest in moves.iterator() if tag in tags},
        **{paths.tag_index_link(name, tag, digest): digest for tag, digest in tags.items()},
        **{paths.tag_link(name, tag): digest for tag, digest in tags.items()},
    }


def _write(path: str, digest: str) -> None:
    storage.driver().put(path, digest.encode(), durable=False)
