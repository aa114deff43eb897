"""What was deleted in a repository, or in a project, for as long as it can be brought back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _

from console import navigation
from console.pages import project_head
from console.pages.base import PageRequest, public_page, redirect, render
from console.pages.listing import Column, Listing, moment
from console.pages.repository import head as heads
from registry.content import artifacts, deletions
from registry.exceptions import ManifestUnknown, QuotaExceeded, UndeletionRefused
from registry.models import Artifact

COUNTED_TO = 10_000
COLUMNS = {"deleted": Column("deleted_at", moment, descends_first=True)}


@dataclass(frozen=True)
class Row:
    artifact: Artifact
    tags: list[str]

    @property
    def until(self) -> datetime:
        assert self.artifact.deleted_at is not None
        return deletions.undoable_until(self.artifact.deleted_at)

    @property
    def url(self) -> str:
        return navigation.artifact_url(self.artifact.repository.name, self.artifact.digest, "undelete")


@public_page
def list_(request: PageRequest, name: str) -> HttpResponse:
    head = heads.admit(request, "deleted", name)
    listing = _listing(request, deletions.in_repository(head.repository))
    told = {"head": head, "listing": listing, "shown": _shown(listing.rows), "grace": deletions.GRACE}
    return render(request, "repository/deleted.html", told)


@public_page
def in_project(request: PageRequest, project_name: str) -> HttpResponse:
    """The way back to repositories that hold nothing any more, which no list shows."""
    head = project_head.admit("deleted", deletions.UNDELETE, project_name, by=request.principal)
    listing = _listing(request, deletions.in_project(head.project, by=request.principal))
    told = {"head": head, "listing": listing, "shown": _shown(listing.rows), "grace": deletions.GRACE}
    return render(request, "repository/deleted_in_project.html", told)


@public_page
def undelete(request: PageRequest, name: str, digest: str) -> HttpResponse:
    """Tells what comes back, and brings it back once that is confirmed; a refusal is told there."""
    head = heads.admit(request, "deleted", name)
    gone = deletions.find(head.repository, digest)
    if gone is None:
        raise ManifestUnknown(f"{name} has nothing deleted of the digest {digest} that could be brought back")
    told = {"head": head, "row": _shown([gone])[0]}
    if request.method != "POST":
        return render(request, "repository/undelete.html", told)
    try:
        undone = deletions.undelete(gone, by=head.by)
    except (UndeletionRefused, QuotaExceeded) as refusal:
        return render(request, "repository/undelete.html", told | {"refused": str(refusal)}, status=422)
    return redirect(request, navigation.artifact_url(name, digest), _said(undone))


def _said(undone: deletions.Undone) -> str:
    told = [_("It stands here again.")]
    if undone.tags:
        told.append(_("Its tags: %s.") % ", ".join(undone.tags))
    if undone.taken:
        told.append(_("These point elsewhere by now and were left there: %s.") % ", ".join(undone.taken))
    return " ".join(told)


def _listing(request: PageRequest, rows: QuerySet[Artifact]) -> Listing[Artifact]:
    return Listing(request, rows, COLUMNS, usual="deleted", counted_to=COUNTED_TO, told=artifacts.told)


def _shown(found: Sequence[Artifact]) -> list[Row]:
    tags = deletions.tags_of(found)
    return [Row(each, tags.get(each.pk, [])) for each in found]
