"""Who moved which tag, when, from what to what; and a tag given back what it pointed at."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.translation import gettext as _

from console import navigation
from console.pages.base import PageRequest, public_page, redirect, render
from console.pages.listing import Column, Listing, moment
from console.pages.repository import head as heads
from console.pages.repository.head import Head
from console.pages.repository.tags import tag_url
from registry.content import artifacts, deletions, history, tags
from registry.exceptions import ManifestUnknown
from registry.models import Artifact, Tag, TagMove

COUNTED_TO = 10_000
COLUMNS = {"at": Column("at", moment, descends_first=True)}


@dataclass(frozen=True)
class Place:
    """What a tag pointed at, and whether that stands here still, or could be undeleted."""

    digest: str
    stands: bool
    is_undoable: bool


@dataclass(frozen=True)
class Row:
    """One move: from nothing, where the tag was made; to nothing, where it was deleted."""

    move: TagMove
    before: Place | None
    after: Place | None
    points_at: str
    head: Head

    @property
    def restore_url(self) -> str:
        """Where the tag is given back what it pointed at before this move; empty where that cannot be."""
        if self.before is None or self.before.digest == self.points_at or not self._may_restore():
            return ""
        if self.before.stands:
            return navigation.artifact_url(self.head.name, self.before.digest, f"restore/{self.move.tag}")
        return (
            navigation.artifact_url(self.head.name, self.before.digest, "undelete") if self.before.is_undoable else ""
        )

    def _may_restore(self) -> bool:
        tag = self.move.tag
        return self.head.allows("tag:create", tag) and (not self.points_at or self.head.allows("repository:push", tag))


@public_page
def list_(request: PageRequest, name: str) -> HttpResponse:
    head = heads.admit(request, "history", name)
    tag = request.GET.get("tag", "").strip()
    listing = Listing(request, history.moves(head.repository, tag), COLUMNS, usual="at", counted_to=COUNTED_TO)
    told = {"head": head, "listing": listing, "tag": tag, "shown": _shown(head, listing.rows)}
    return render(request, "repository/history.html", told)


@public_page
def restore(request: PageRequest, name: str, digest: str, tag: str) -> HttpResponse:
    """Tells where the tag points and where it did, and points it there again once that is confirmed."""
    head = heads.admit(request, "history", name, "tag:create", tag=tag)
    if not TagMove.objects.filter(repository=head.repository, tag=tag, from_digest=digest).exists():
        raise ManifestUnknown(f"{name}:{tag} never pointed at {digest} before")
    artifact = artifacts.find(head.project, name, digest)
    if request.method == "POST":
        tags.point(artifact, tag, by=head.by)
        said = _("%(tag)s points at %(digest)s again.") % {"tag": tag, "digest": digest[:15]}
        return redirect(request, tag_url(head, tag), said)
    now = Tag.objects.filter(repository=head.repository, name=tag).select_related("artifact").first()
    told = {"head": head, "tag": tag, "artifact": artifact, "now": now}
    return render(request, "repository/restore.html", told)


def _shown(head: Head, moves: Sequence[TagMove]) -> list[Row]:
    digests = {digest for move in moves for digest in (move.from_digest, move.to_digest)} - {""}
    standing = Artifact.objects.filter(repository=head.repository, digest__in=digests, deleted_at=None)
    stand = set(standing.values_list("digest", flat=True))
    undoable: set[str] = set()
    if head.allows(deletions.UNDELETE):
        gone = deletions.in_repository(head.repository).filter(digest__in=digests - stand)
        undoable.update(gone.values_list("digest", flat=True))
    names = {move.tag for move in moves}
    held = Tag.objects.filter(repository=head.repository, name__in=names)
    points_at = dict(held.values_list("name", "artifact__digest"))

    def place(digest: str) -> Place | None:
        return Place(digest, digest in stand, digest in undoable) if digest else None

    return [
        Row(move, place(move.from_digest), place(move.to_digest), points_at.get(move.tag, ""), head) for move in moves
    ]
