"""Projects: the list of those that one may see, a new one, and which ones somebody wants at hand."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import favourites, projects
from accounts.exceptions import Invalid, ProjectExists
from accounts.models import Project
from accounts.permissions import may, require
from accounts.principals import Principal
from accounts.standings import Standing, standings
from console import navigation, role_names
from console.forms.projects import ProjectForm
from console.navigation import Action, Tab
from console.pages.base import PageRequest, add_refusal, page, public_page, redirect, render
from console.pages.listing import Column, Listing, moment
from console.pages.project_head import PROJECTS
from registry.content import projects as contents
from registry.rules import quotas

COLUMNS = {"name": Column("name"), "created": Column("created_at", moment, descends_first=True)}

# The last part of the address, the icon, the name, and what it takes.
ACTIONS = (
    ("members", "users", gettext_lazy("Members"), "member:list"),
    ("settings", "settings", gettext_lazy("Settings"), "metadata:read"),
    ("delete", "trash", gettext_lazy("Delete project"), "project:delete"),
)


@dataclass(frozen=True)
class Shown:
    """A row of the list; `used` is for those who may see what the project holds."""

    project: Project
    standing: Standing
    repositories: int
    used: int | None
    is_favourite: bool

    @property
    def role(self) -> str:
        return role_names.held(self.standing)

    @property
    def actions(self) -> list[Action]:
        """What its reader may do with it, beside opening it."""
        name, allows = self.project.name, self.standing.allows
        return [
            Action(navigation.project_url(name, part), icon, words, part == "delete")
            for part, icon, words, needs in ACTIONS
            if allows(needs)
        ]


@public_page
def list_(request: PageRequest) -> HttpResponse:
    by, show = request.principal, request.GET.get("show", "")
    rows = _chosen(show, by=by)
    if called := request.GET.get("q", "").strip():
        rows = rows.filter(name__icontains=called)
    listing = Listing(request, rows, COLUMNS, usual="name", told=lambda rows: rows.select_related("usage"))
    context = {
        "listing": listing,
        "shown": _shown(listing.rows, by=by),
        "tabs": _tabs(show, called, by=by),
        "show": show,
        "may_create": may(by, projects.creating(by), None),
    }
    return render(request, "projects/list.html", context)


@page
def create(request: PageRequest) -> HttpResponse:
    by = request.principal
    require(by, projects.creating(by), None)
    form = ProjectForm(request.POST or None, may_limit=may(by, "system-quota:update", None))
    if form.is_valid():
        asked = form.cleaned_data
        try:
            project = contents.create(
                asked["name"],
                {"public": str(asked["is_public"]).lower()},
                storage_limit=asked.get("storage_limit"),
                by=by,
            )
        except (Invalid, ProjectExists) as refusal:
            add_refusal(form, refusal, "name")
        else:
            return redirect(request, navigation.project_url(project.name), _("Project %s is made.") % project.name)
    return render(request, "projects/create.html", {"form": form}, status=422 if form.errors else 200)


@page
def mark(request: PageRequest, project_name: str) -> HttpResponse:
    """Make a project a favourite, or none any more, and go back to where that was asked."""
    project = projects.get(project_name, by=request.principal)
    if request.method == "POST":
        change = favourites.mark if request.POST.get("wanted") == "yes" else favourites.unmark
        change(project, by=request.principal)
    return redirect(request, navigation.project_url(project.name))


def _chosen(show: str, *, by: Principal) -> QuerySet[Project]:
    visible = projects.visible_to(by)
    if show == "mine":
        return visible.filter(pk__in=projects.joined_by(by).values("pk"))
    if show == "favourites":
        return favourites.of(by)
    return visible.filter(is_public=True) if show == "public" else visible


def _tabs(show: str, called: str, *, by: Principal) -> list[Tab]:
    """What part of the projects is listed. Nobody has none of their own."""
    parts = [("", _("All")), ("mine", _("Mine")), ("favourites", _("Favourites")), ("public", _("Public"))]
    if by.is_anonymous:
        return []
    terms = {"q": called} if called else {}
    return [
        Tab(f"{PROJECTS}?{urlencode({'show': part} | terms if part else terms)}".rstrip("?"), name, part == show)
        for part, name in parts
    ]


def _shown(found: Sequence[Project], *, by: Principal) -> list[Shown]:
    held, marked = standings(by, found), favourites.marked_by(by, found)
    counts = contents.repository_counts(found, by=by)
    return [
        Shown(
            project,
            held[project.pk],
            counts.get(project.pk, 0),
            quotas.of(project).used if held[project.pk].allows("quota:read") else None,
            project.pk in marked,
        )
        for project in found
    ]
