"""Where on disk a tag's files are: links, manifest, config and layers, and who else uses them."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property

from accounts.exceptions import Invalid
from registry import storage
from registry.content import documents, names, repositories
from registry.content.documents import Descriptor, Document
from registry.exceptions import ManifestUnknown
from registry.models import Artifact, Repository
from registry.storage import Absent, paths
from registry.upkeep.progress import human

MOST_NAMES = 5
MISSING = "MISSING"
# An index of indexes may go on for as long as somebody took care to push.
DEEPEST = 8


@dataclass(frozen=True)
class Node:
    """A line of the tree, and those below it. A heading has no path."""

    label: str
    path: str = ""
    note: str = ""
    below: list["Node"] = field(default_factory=list)

    def __str__(self) -> str:
        state = (MISSING if self.size is None else human(self.size)) if self.path else ""
        return "  ".join(part for part in (self.label, self.path, state, self.note) if part)

    @cached_property
    def size(self) -> int | None:
        """Of the file at its path; None where there is none."""
        with suppress(Absent):
            return storage.driver().size(self.path) if self.path else None
        return None

    @property
    def is_missing(self) -> bool:
        return bool(self.path) and self.size is None


def tree(reference: str) -> Node:
    """All files behind `library/app:1` or `library/app@sha256:…`."""
    repository, tag, digest = _parse(reference)
    artifact = _artifact(repository, tag, digest)
    links = []
    if tag:
        links = [
            Node("tag", paths.tag_link(repository.name, tag)),
            Node("tag index", paths.tag_index_link(repository.name, tag, artifact.digest)),
        ]
    heading = f"{repository.name}{f':{tag}' if tag else ''}@{artifact.digest}"
    return Node(heading, note=artifact.manifest.media_type, below=[*links, *_manifest(artifact, 1)])


def root() -> str:
    """The folder that the paths are in, where storage is one."""
    folder = storage.driver().local(paths.ROOT)
    return str(folder).removesuffix(f"/{paths.ROOT}") if folder else "memory"


def lines(node: Node) -> Iterator[str]:
    """The tree as it is drawn."""
    yield str(node)
    for position, each in enumerate(node.below):
        is_last = position == len(node.below) - 1
        first, rest = ("└── ", "    ") if is_last else ("├── ", "│   ")
        for number, line in enumerate(lines(each)):
            yield f"{rest if number else first}{line}"


def _parse(reference: str) -> tuple[Repository, str, str]:
    name, at, digest = reference.partition("@")
    tag = ""
    if not at:
        name, _, tag = reference.partition(":")
        if ":" in tag:
            raise Invalid(f"{reference} is neither library/app:1 nor library/app@sha256:…")
        tag = names.tag(tag or "latest")
    return repositories.get(names.repository(name)), tag, names.reference(digest) if at else ""


def _artifact(repository: Repository, tag: str, digest: str) -> Artifact:
    standing = Artifact.objects.select_related("repository", "manifest").filter(repository=repository, deleted_at=None)
    found = (standing.filter(tags__name=tag) if tag else standing.filter(digest=digest)).first()
    if found is None:
        raise ManifestUnknown(f"{repository.name} has no {f'tag {tag}' if tag else f'manifest {digest}'}")
    return found


def _manifest(artifact: Artifact, depth: int) -> Iterator[Node]:
    name, digest = artifact.repository.name, artifact.digest
    yield Node("revision", paths.revision_link(name, digest))
    yield Node("manifest", paths.blob(digest), _others(_holding(digest), name))
    document = documents.parse(bytes(artifact.manifest.payload), artifact.manifest.media_type)
    yield from _blobs(document, name)
    for child in document.children:
        yield _child(child, artifact.repository, depth)


def _blobs(document: Document, name: str) -> Iterator[Node]:
    if document.config:
        yield _blob("config", document.config, name)
    for number, layer in enumerate(document.layers, start=1):
        yield _blob(f"layer {number}", layer, name)


def _blob(role: str, descriptor: Descriptor, name: str) -> Node:
    shown = Repository.objects.filter(blob_links__blob__digest=descriptor.digest)
    if descriptor.is_elsewhere and not shown.filter(name=name).exists():
        return Node(role, note=f"elsewhere: {descriptor.urls[0]}")
    data = Node("data", paths.blob(descriptor.digest), _others(list(shown.values_list("name", flat=True)), name))
    link = Node("link", paths.layer_link(name, descriptor.digest))
    return Node(f"{role}  {descriptor.media_type}", below=[data, link])


def _child(descriptor: Descriptor, repository: Repository, depth: int) -> Node:
    platform = "/".join(
        descriptor.platform[key] for key in ("os", "architecture", "variant") if key in descriptor.platform
    )
    heading, note = f"{platform or 'manifest'}  {descriptor.digest}", descriptor.media_type
    if depth == DEEPEST:
        return Node(heading, note=f"{note}  (not followed further)")
    try:
        child = _artifact(repository, "", descriptor.digest)
    except ManifestUnknown:
        return Node(heading, note=f"{note}  does not stand in this repository")
    return Node(heading, note=note, below=list(_manifest(child, depth + 1)))


def _holding(digest: str) -> list[str]:
    standing = Artifact.objects.filter(digest=digest, deleted_at=None)
    return list(standing.values_list("repository__name", flat=True))


def _others(holding: list[str], name: str) -> str:
    others = sorted({*holding} - {name})
    if not others:
        return ""
    more = f" and {len(others) - MOST_NAMES} more" if len(others) > MOST_NAMES else ""
    return f"also in {', '.join(others[:MOST_NAMES])}{more}"
