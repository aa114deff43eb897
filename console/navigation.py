"""Where people can go: the places at the left, and the tabs of a project. Each shows only where it leads somewhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Project
from accounts.permissions import may
from accounts.principals import Principal
from accounts.standings import Standing


@dataclass(frozen=True)
class Place:
    """One line of the navigation. `needs` is the action that it shows; empty: it is for everybody who is signed in."""

    url: str
    icon: str
    name: str | Promise
    needs: str = ""


@dataclass(frozen=True)
class Shown:
    place: Place
    is_here: bool


@dataclass(frozen=True)
class Navigation:
    """What is for everybody, and what is for those who look after the system."""

    work: tuple[Shown, ...]
    administration: tuple[Shown, ...]

    @property
    def is_in_administration(self) -> bool:
        return any(shown.is_here for shown in self.administration)


WORK = (
    Place("/", "home", _("Home")),
    Place("/projects", "folders", _("Projects"), "public"),
    Place("/jobs", "activity", _("Jobs")),
    Place("/logs", "list-details", _("Audit log")),
    Place("/why", "help", _("Why?")),
)
ADMINISTRATION = (
    Place("/users", "user", _("Users"), "system-user:list"),
    Place("/groups", "users-group", _("Groups"), "system-user-group:list"),
    Place("/roles", "shield-check", _("Roles"), "system-role:update"),
    Place("/identity", "address-book", _("Identity"), "system-configuration:read"),
    Place("/robots", "robot", _("Robots"), "system-robot:list"),
    Place("/labels", "tag", _("Labels"), "system-label:create"),
    Place("/quotas", "gauge", _("Quotas"), "system-quota:list"),
    Place("/system", "settings", _("System"), "system-configuration:read"),
)
# The tabs of a project: the last part of the address, the name, and what it takes to see it.
PROJECT_TABS: Sequence[tuple[str, str | Promise, str]] = (
    ("", _("Repositories"), "repository:list"),
    ("members", _("Members"), "member:list"),
    ("labels", _("Labels"), "label:list"),
    ("robots", _("Robots"), "robot:list"),
    ("deleted", _("Deleted"), "artifact:create"),
    ("logs", _("Logs"), "log:list"),
    ("settings", _("Settings"), "metadata:read"),
)


@dataclass(frozen=True)
class Tab:
    url: str
    name: str | Promise
    is_here: bool


@dataclass(frozen=True)
class Action:
    """One line of the menu at a row's end."""

    url: str
    icon: str
    name: str | Promise
    is_danger: bool = False


def of(by: Principal, path: str) -> Navigation:
    return Navigation(_shown(WORK, by, path), _shown(ADMINISTRATION, by, path))


def tabs(project: Project, standing: Standing, here: str) -> list[Tab]:
    """The tabs of this project that its reader may open; `here` is the last part of the address."""
    return [
        Tab(project_url(project.name, part), name, part == here)
        for part, name, needs in PROJECT_TABS
        if standing.allows(needs)
    ]


def project_url(project_name: str, tab: str = "") -> str:
    return f"/projects/{project_name}/-/{tab}" if tab else f"/projects/{project_name}"


def repository_url(name: str, tab: str = "") -> str:
    """The page of a repository by its whole name, which begins with its project's."""
    return f"/projects/{name}/-/{tab}" if tab else f"/projects/{name}"


def artifact_url(repository_name: str, digest: str, tab: str = "") -> str:
    address = f"/projects/{repository_name}@{digest}"
    return f"{address}/-/{tab}" if tab else address


def _shown(places: Sequence[Place], by: Principal, path: str) -> tuple[Shown, ...]:
    return tuple(Shown(place, _is_here(place, path)) for place in places if _leads(place, by))


def _leads(place: Place, by: Principal) -> bool:
    if place.needs == "public":
        return True
    return may(by, place.needs, None) if place.needs else not by.is_anonymous


def _is_here(place: Place, path: str) -> bool:
    return path == place.url or (place.url != "/" and path.startswith(f"{place.url}/"))
