"""The project switcher at the top of every page: favourites first, or those whose names have what is typed."""

from django.http import HttpResponse

from accounts import favourites, projects
from accounts.models import Project
from accounts.principals import Principal
from console.pages.base import PageRequest, public_page, render

SHOWN = 12


@public_page
def choose(request: PageRequest) -> HttpResponse:
    wanted = request.GET.get("name", "").strip()
    found = _with_name(wanted, by=request.principal) if wanted else _usual(request.principal)
    return render(request, "switcher/choose.html", {"projects": found, "wanted": wanted})


def _with_name(wanted: str, *, by: Principal) -> list[Project]:
    return list(projects.visible_to(by).filter(name__icontains=wanted).order_by("name")[:SHOWN])


def _usual(by: Principal) -> list[Project]:
    """Favourites, then one's own, then any."""
    found: dict[int, Project] = {}
    for rows in (favourites.of(by), projects.joined_by(by), projects.visible_to(by)):
        if len(found) < SHOWN:
            found |= {project.pk: project for project in rows.order_by("name")[:SHOWN] if project.pk not in found}
    return list(found.values())[:SHOWN]
