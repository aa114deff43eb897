"""The system: whether it works, what it holds, and where to go to change it."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.models import AuditAnchor
from accounts.permissions import may, require
from console.api.systeminfo import HARBOR_VERSION
from console.navigation import Tab
from console.pages.base import PageRequest, page, render
from registry.content import health, statistics
from registry.models import ProjectUsage
from registry.upkeep.checkup import checkup

SYSTEM = "/system"
CONFIGURATION = "/system/configuration"
PURGES = "/system/old-records"
MOST_PROJECTS = 20


@page
def show(request: PageRequest) -> HttpResponse:
    by = request.principal
    require(by, "system-configuration:read", None)
    largest = _largest() if may(by, "system-quota:list", None) else []
    context = {
        "tabs": tabs(SYSTEM),
        "parts": _parts(),
        "space": health.space(),
        "provider": health.provider(),
        "statistics": statistics.seen(by=by),
        "largest": largest,
        "most": largest[0].used if largest else 0,
        "chain": AuditAnchor.objects.filter(is_purge=False).first(),
        "harbor_version": HARBOR_VERSION,
    }
    return render(request, "system/show.html", context)


def tabs(here: str) -> list[Tab]:
    places = ((SYSTEM, _("Overview")), (CONFIGURATION, _("Configuration")), (PURGES, _("Old records")))
    return [Tab(url, name, url == here) for url, name in places]


def _largest() -> list[ProjectUsage]:
    rows: QuerySet[ProjectUsage] = ProjectUsage.objects.select_related("project").filter(used__gt=0)
    return list(rows.order_by("-used", "pk")[:MOST_PROJECTS])


def _parts() -> list[tuple[str, str]]:
    """Each part by the name that people have for it, with what it lacks."""
    names = {
        "core": _("Web pages and API"),
        "database": _("Database"),
        "registry": _("Storage"),
        "jobservice": _("Jobs"),
    }
    return [(names[part], problem) for part, problem in checkup.problems().items()]
