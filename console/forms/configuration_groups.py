"""Which settings are read, and saved, together."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Group:
    name: str
    title: str | Promise
    keys: Sequence[str]


GROUPS = (
    Group("sign-in", _("Sign-in and sessions"), ("self_registration", "session_timeout", "session_absolute_timeout")),
    Group(
        "projects",
        _("Projects and quotas"),
        ("project_creation_restriction", "quota_per_project_enable", "storage_per_project"),
    ),
    Group("robots", _("Robots and tokens"), ("robot_name_prefix", "robot_token_duration", "token_expiration")),
    Group("registry", _("Pushes and pulls"), ("read_only", "pull_count_update_disable", "pull_time_update_disable")),
    Group(
        "audit",
        _("Audit log"),
        (
            "pull_audit_log_disable",
            "disabled_audit_log_event_types",
            "audit_log_forward_endpoint",
            "skip_audit_log_database",
        ),
    ),
    Group("banner", _("Message to everybody"), ("banner_message",)),
)
