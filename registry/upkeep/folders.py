"""What storage shows by itself, found by walking: repositories, blob files, link files."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from registry import storage
from registry.content import digests
from registry.storage import Absent, Entry, paths

# A folder with one of these in it is a repository; other folders only lead to some.
LINKS = ("_layers", "_manifests")
ROOMS = (*LINKS, "_uploads")
# More than any digest has.
LONGEST_LINK = 256


@dataclass(frozen=True)
class BlobFile:
    """A file among the blobs. `digest` is "" where its place is not a blob's."""

    digest: str
    path: str
    size: int
    modified_at: datetime


def repositories(after: str = "") -> Iterator[str]:
    """The names of all repositories, part by part in order, those behind `after`."""
    passed = after.split("/")
    children = storage.driver().children(paths.REPOSITORIES)
    return (name for name in _below("", children) if name.split("/") > passed)


def _below(prefix: str, children: list[str]) -> Iterator[str]:
    for child in children:
        if child in ROOMS:
            continue
        name = f"{prefix}{child}"
        inner = storage.driver().children(paths.repository(name))
        if any(room in inner for room in ROOMS):
            yield name
        yield from _below(f"{name}/", inner)


def has_links(name: str) -> bool:
    """Whether the repository holds more than uploads."""
    return any(room in LINKS for room in storage.driver().children(paths.repository(name)))


def shards(after: str = "") -> Iterator[str]:
    """The folders over which blobs are spread, `sha256/ab`, in order, those behind `after`."""
    children = storage.driver().children
    for algorithm in children(paths.BLOBS):
        for start in children(f"{paths.BLOBS}/{algorithm}"):
            if (shard := f"{algorithm}/{start}") > after:
                yield shard


def blob_files(shard: str) -> Iterator[BlobFile]:
    for entry in storage.driver().walk(f"{paths.BLOBS}/{shard}"):
        digest = f"{shard.partition('/')[0]}:{entry.path.split('/')[-2]}"
        is_blob = digests.is_digest(digest) and paths.blob(digest) == entry.path
        yield BlobFile(digest if is_blob else "", entry.path, entry.size, entry.modified_at)


def links(folder: str) -> Iterator[tuple[str, Entry]]:
    """The link files `<algorithm>/<hex>/link` below a folder of layers or revisions, with the digest that
    the place of each tells."""
    for entry in storage.driver().walk(folder):
        algorithm, _, hexadecimal = paths.parent(entry.path).removeprefix(f"{folder}/").partition("/")
        digest = f"{algorithm}:{hexadecimal}"
        if entry.path.endswith("/link") and digests.is_digest(digest):
            yield digest, entry


def uploads(name: str) -> Iterator[str]:
    """The ids of the uploads in a repository's folder. What has no such name is not an upload of anybody's."""
    return filter(_is_id, storage.driver().children(paths.uploads_folder(name)))


def _is_id(folder: str) -> bool:
    try:
        return str(UUID(folder)) == folder
    except ValueError:
        return False


def upload_written_at(name: str, upload_id: str) -> datetime | None:
    """When an upload's files were last written. None for an empty folder, which may have been made a moment
    ago for a file that is yet to come."""
    written = [entry.modified_at for entry in storage.driver().walk(paths.upload_folder(name, upload_id))]
    return max(written, default=None)


def digest_in(path: str) -> str:
    """The digest that a link file holds; "" where there is none."""
    driver = storage.driver()
    try:
        if driver.size(path) > LONGEST_LINK:
            return ""
        held = driver.read(path).decode(errors="replace").strip()
    except Absent:
        return ""
    return held if digests.is_digest(held) else ""
