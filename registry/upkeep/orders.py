"""Upkeep that a system admin asks for: one of its jobs, now."""

from collections.abc import Mapping

from django.db.transaction import atomic

from accounts import audit, projects
from accounts.exceptions import Invalid
from accounts.permissions import require
from accounts.principals import Principal
from registry.exceptions import QueueUnknown
from registry.jobs import enqueue
from registry.models import Job

RIGHT = "system-configuration:update"
# What may be asked for, and the switches and texts that it takes.
SWITCHES: dict[str, tuple[str, ...]] = {
    "adopt": (),
    "fsck": ("hash", "links", "usage"),
    "measure_storage": (),
    "purge_jobs": (),
    "purge_refusals": (),
    "purge_sessions": (),
    "recount": (),
    "refresh_people": (),
    "rewrite_links": (),
    "seal_audit": (),
    "sweep_uploads": (),
}
TEXTS: dict[str, tuple[str, ...]] = {"adopt": ("default_project",)}


@atomic
def order(kind: str, arguments: Mapping[str, bool | str] | None = None, *, by: Principal) -> Job:
    """Make the job. QueueUnknown where this is nothing to be asked for; Invalid where it takes no such argument."""
    require(by, RIGHT, None)
    if kind not in SWITCHES:
        raise QueueUnknown(f"{kind} is no upkeep that one may ask for")
    given = dict(arguments or {})
    _check(kind, given)
    job = enqueue.add(kind, given, by=by)
    audit.record(by, "create", "job", str(job))
    return job


def _check(kind: str, given: Mapping[str, object]) -> None:
    for name, value in given.items():
        wanted = bool if name in SWITCHES[kind] else str if name in TEXTS.get(kind, ()) else None
        if wanted is None or not isinstance(value, wanted):
            raise Invalid(f"{kind} takes no such {name}")
    project = str(given.get("default_project", ""))
    if project and not projects.is_name(project):
        raise Invalid(f"{project!r} is not a project's name")
