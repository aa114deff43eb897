"""The repositories of a project, and many of them deleted at once."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.exceptions import Invalid
from accounts.permissions import require
from console import navigation
from console.navigation import Action
from console.pages import project_head
from console.pages.base import PageRequest, public_page, redirect, render
from console.pages.listing import Column, Listing, moment, whole
from console.pages.project_head import Head
from registry.content import bulk, deletions, names, repositories
from registry.models import Repository

COLUMNS = {
    "name": Column("name"),
    "artifacts": Column("artifact_count", whole, descends_first=True),
    "pulls": Column("pull_count", whole, descends_first=True),
    "size": Column("size", whole, descends_first=True),
    "updated": Column("updated_at", moment, descends_first=True),
}


@dataclass(frozen=True)
class Shown:
    """A row of the list; `name` is the one below the project."""

    repository: Repository
    name: str
    size: int
    may_delete: bool

    @property
    def actions(self) -> list[Action]:
        if not self.may_delete:
            return []
        url = navigation.repository_url(self.repository.name, "delete")
        return [Action(url, "trash", _("Delete repository"), is_danger=True)]


@public_page
def show(request: PageRequest, project_name: str) -> HttpResponse:
    head = project_head.admit("", "repository:list", project_name, by=request.principal)
    rows = repositories.visible(head.project, by=request.principal)
    if called := request.GET.get("q", "").strip():
        rows = rows.filter(name__contains=called.lower())
    if request.GET.get("sort", "").removeprefix("-") == "size":
        rows = repositories.sized(rows)
    listing = Listing(request, rows, COLUMNS, usual="name")
    shown = _shown(listing.rows, head)
    context = {
        "head": head,
        "listing": listing,
        "shown": shown,
        "may_delete": any(row.may_delete for row in shown),
        "may_push": head.standing.allows("repository:push"),
    }
    return render(request, "projects/show.html", context)


@public_page
def delete(request: PageRequest, project_name: str) -> HttpResponse:
    """Tells what goes with the chosen repositories, of which the list may send many; once that is confirmed, a job
    does it."""
    head = project_head.admit("", "repository:list", project_name, by=request.principal)
    chosen = _chosen(request, head)
    if "confirmed" in request.POST:
        job = bulk.delete_repositories(chosen, by=request.principal)
        said = ngettext("%d repository is being deleted.", "%d repositories are being deleted.", len(chosen))
        return redirect(request, f"/jobs/{job.pk}", said % len(chosen))
    shown, last_pulls = _shown(chosen, head), repositories.last_pulls(chosen)
    context = {
        "head": head,
        "chosen": [(row, last_pulls.get(row.repository.pk)) for row in shown],
        "artifacts": sum(row.repository.artifact_count for row in shown),
        "size": sum(row.size for row in shown),
        "undoable_days": deletions.GRACE.days,
    }
    return render(request, "projects/delete_repositories.html", context)


def _chosen(request: PageRequest, head: Head) -> QuerySet[Repository]:
    """The repositories that the request names, of those that one sees here; all of them such as one may delete."""
    given = (request.POST if request.method == "POST" else request.GET).getlist("name")
    named = [name for name in given if names.REPOSITORY.fullmatch(name)]
    found = repositories.visible(head.project, by=request.principal).filter(name__in=named).order_by("name")
    if not found:
        raise Invalid(_("choose at least one repository first"))
    for repository in found:
        require(request.principal, "repository:delete", head.project, repository=repository.name)
    return found


def _shown(found: Collection[Repository], head: Head) -> list[Shown]:
    sizes, allows = repositories.sizes(found), head.standing.allows
    return [
        Shown(row, row.name.partition("/")[2], sizes.get(row.pk, 0), allows("repository:delete", row.name))
        for row in found
    ]
