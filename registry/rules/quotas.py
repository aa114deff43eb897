"""How many bytes a project may hold (`hard`; -1 is any number), and the refusal of more.

What it holds, `used`, is counted by content/usage.py. Whoever changes that holds the project's row until the
commit, last of all that a transaction holds, so that no two of them count on the same room."""

from accounts import configuration
from accounts.exceptions import Invalid
from accounts.models import Project
from registry.exceptions import QuotaExceeded
from registry.models import ProjectBlob, ProjectUsage

UNLIMITED = -1
LARGEST = 1 << 50
UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")


def usual() -> int:
    """What a new project may hold."""
    return configuration.number("storage_per_project")


def check_limit(hard: int) -> None:
    if hard != UNLIMITED and not 0 < hard <= LARGEST:
        raise Invalid(f"a quota is {UNLIMITED} for none, or a number of bytes from 1 to {LARGEST}")


def of(project: Project) -> ProjectUsage:
    """The row as somebody read it a moment ago; that of one who holds nothing yet where there is none."""
    try:
        return project.usage
    except ProjectUsage.DoesNotExist:
        return ProjectUsage(project=project, hard=usual())


def hold(project_id: int) -> ProjectUsage:
    """The row as it is now, and nobody else's until the commit; made where it is missing."""
    held = ProjectUsage.objects.select_for_update().filter(pk=project_id).first()
    if held is None:
        ProjectUsage.objects.bulk_create([ProjectUsage(project_id=project_id, hard=usual())], ignore_conflicts=True)
        held = ProjectUsage.objects.select_for_update().get(pk=project_id)
    return held


def require_room(usage: ProjectUsage, more: int) -> None:
    """Return if the project may hold so many bytes more; QuotaExceeded otherwise."""
    if 0 <= usage.hard < usage.used + more and are_enforced():
        raise QuotaExceeded(
            f"adding {told(more)} of storage resource, which when updated to current usage of {told(usage.used)}"
            f" will exceed the configured upper limit of {told(usage.hard)}."
        )


def require_room_for(project: Project, size: int, *, digest: str = "") -> None:
    """The same for a blob that is yet to come, which is no more to the project where it has that blob already.
    Without its digest, one of the same size may be it: whether it is shows when it is in."""
    usage = of(project)
    if 0 <= usage.hard < usage.used + size:
        held = ProjectBlob.objects.filter(project=project)
        known = held.filter(blob__digest=digest) if digest else held.filter(blob__size=size)
        if not known.exists():
            require_room(usage, size)


def ceiling(project: Project) -> int | None:
    """How long a body of unknown length may grow: what is longer is neither known here nor has room."""
    usage = of(project)
    if usage.hard < 0 or not are_enforced():
        return None
    return max(usage.hard - usage.used, usage.used)


def are_enforced() -> bool:
    return configuration.flag("quota_per_project_enable")


def told(size: int) -> str:
    """`512 B`, `10.0 MiB`"""
    if size < 1024:
        return f"{size} B"
    amount, unit = float(size), 0
    while amount >= 1024 and unit < len(UNITS) - 1:
        amount, unit = amount / 1024, unit + 1
    return f"{amount:.1f} {UNITS[unit]}"
