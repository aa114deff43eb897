"""Jobs in words: what each kind does, and how it may stand with one."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registry.models import JobState

KINDS: dict[str, Promise] = {
    "adopt": _("Adopt what lies in storage"),
    "copy_artifacts": _("Copy artifacts"),
    "delete_artifacts": _("Delete artifacts"),
    "delete_repositories": _("Delete repositories"),
    "export_audit": _("Export the audit log"),
    "fsck": _("Check storage"),
    "measure_storage": _("Measure storage"),
    "purge_audit": _("Purge the audit log"),
    "purge_jobs": _("Forget old jobs"),
    "purge_refusals": _("Forget old refusals"),
    "purge_sessions": _("Forget sessions that ended"),
    "recount": _("Count what projects use anew"),
    "refresh_people": _("Look after people of the directory"),
    "rewrite_links": _("Write the link files anew"),
    "seal_audit": _("Seal the audit log"),
    "sweep_uploads": _("Sweep uploads that were given up"),
    "undelete_artifacts": _("Undelete artifacts"),
}


@dataclass(frozen=True)
class State:
    """How it stands with a job: the word, the icon beside it, and the kind of badge they are shown in."""

    name: str | Promise
    icon: str
    badge: str = ""


STATES: dict[str, State] = {
    JobState.PENDING: State(_("Waiting"), "clock"),
    JobState.RUNNING: State(_("Running"), "player-play", "accent"),
    JobState.SUCCEEDED: State(_("Succeeded"), "circle-check", "success"),
    JobState.FAILED: State(_("Failed"), "circle-x", "danger"),
    JobState.STOPPED: State(_("Stopped"), "player-stop", "warning"),
}
STOPPING = State(_("Stopping"), "player-stop", "warning")


def of_kind(kind: str) -> str | Promise:
    """A kind of a newer version has no words yet."""
    return KINDS.get(kind, kind)
