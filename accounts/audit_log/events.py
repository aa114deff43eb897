"""THE vocabulary of the audit log: an event is an operation on a kind of resource, as `create_user`."""

from collections.abc import Collection

from accounts import setting_values
from accounts.settings_table import Value

HARBORS: tuple[str, ...] = (
    "create_artifact",
    "delete_artifact",
    "pull_artifact",
    "create_project",
    "update_project",
    "delete_project",
    "delete_repository",
    "login_user",
    "logout_user",
    "create_user",
    "update_user",
    "delete_user",
    "create_robot",
    "delete_robot",
    "update_configuration",
    "create_member",
    "update_member",
    "delete_member",
)
"""Those that Harbor has too."""

OURS: tuple[str, ...] = (
    "create_repository",
    "update_repository",
    "undelete_artifact",
    "create_tag",
    "update_tag",
    "delete_tag",
    "delete_blob",
    "create_artifact_label",
    "delete_artifact_label",
    "create_label",
    "update_label",
    "delete_label",
    "login_robot",
    "update_robot",
    "create_role",
    "update_role",
    "delete_role",
    "create_usergroup",
    "update_usergroup",
    "delete_usergroup",
    "create_access_token",
    "delete_access_token",
    "update_quota",
    "create_purge",
    "update_purge",
    "stop_purge",
    "create_job",
    "stop_job",
    "update_job_queue",
    "update_schedule",
)
"""What else happens here and is told."""

EVERY: tuple[str, ...] = (*HARBORS, *OURS)

OTHERS = "other_events"
"""In a list of events: all but those on artifacts, as Harbor has it."""

ALWAYS = "update_configuration"
"""Recorded whatever the settings say: else whoever turns the log off leaves no trace."""

_DISABLED = "disabled_audit_log_event_types"


def name(operation: str, resource_type: str) -> str:
    return f"{operation}_{resource_type}".replace(" ", "_")


def listed(text: str) -> frozenset[str]:
    """The events that a text with commas names."""
    named = {word.strip() for word in text.split(",")} - {""}
    if OTHERS in named:
        named |= {event for event in EVERY if not event.endswith("_artifact")}
    return frozenset(named - {OTHERS})


def of_operations(text: str) -> list[str]:
    """All events of the operations that a text with commas names."""
    named = {word.strip() for word in text.split(",")}
    return [event for event in EVERY if event.partition("_")[0] in named]


def unknown(text: str) -> list[str]:
    """Which of them are no events."""
    return sorted(listed(text) - {*EVERY})


def disabled() -> Collection[str]:
    """The events that are not recorded now."""
    found: dict[str, Value] = setting_values.get_many([_DISABLED, "pull_audit_log_disable"])
    pulls = {"pull_artifact"} if found["pull_audit_log_disable"] else set()
    return (listed(str(found[_DISABLED])) | pulls) - {ALWAYS}
