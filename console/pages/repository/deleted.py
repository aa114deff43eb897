"""What was deleted in a repository, or in a project, for as long as it can be brought back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.exceptions import Invalid
from console import navigation
from console.pages import project_head
from console.pages.base import PageRequest, public_page, redirect, render
from console.pages.listing import SIZE, Column, Listing, moment
from console.pages.repository import head as heads
from registry.content import artifacts, bulk, deletions
from registry.exceptions import ManifestUnknown, QuotaExceeded, UndeletionRefused
from registry.models import Artifact

COUNTED_TO = 10_000
LONGEST_NUMBER = 19
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


@public_page
def many(request: PageRequest, name: str) -> HttpResponse:
    """Those that the list of a repository sent; a job brings them back."""
    head = heads.admit(request, "deleted", name)
    return _by_a_job(request, deletions.in_repository(head.repository), head.url("deleted"))


@public_page
def many_in_project(request: PageRequest, project_name: str) -> HttpResponse:
    """The same of the list of a project."""
    head = project_head.admit("deleted", deletions.UNDELETE, project_name, by=request.principal)
    return _by_a_job(request, deletions.in_project(head.project, by=request.principal), head.tab_url)


def _by_a_job(request: PageRequest, offered: QuerySet[Artifact], back: str) -> HttpResponse:
    if request.method != "POST":
        return redirect(request, back)
    numbers = [each for each in request.POST.getlist("artifact")[:SIZE] if each.isdecimal()]
    chosen = offered.filter(pk__in=[int(each) for each in numbers if len(each) < LONGEST_NUMBER])
    count = chosen.count()
    if not count:
        raise Invalid(_("choose at least one artifact first"))
    job = bulk.undelete_artifacts(chosen, by=request.principal)
    said = ngettext("%d artifact is being brought back.", "%d artifacts are being brought back.", count) % count
    return redirect(request, f"/jobs/{job.pk}", said)


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
