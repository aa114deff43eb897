"""What settings are called where people change them, and what follows when they do."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CREATORS = (("everyone", _("Everybody who is signed in")), ("adminonly", _("System admins only")))

WORDS: Mapping[str, tuple[str | Promise, str | Promise]] = {
    "self_registration": (
        _("People may make accounts for themselves"),
        _("By the API only. Whoever reaches this registry gets an account, and sees its public projects."),
    ),
    "session_timeout": (
        _("A session ends after so many idle minutes"),
        _("Of a browser. Whoever comes back later signs in again."),
    ),
    "session_absolute_timeout": (
        _("A session ends after so many minutes in any case"),
        _("However busy it is."),
    ),
    "project_creation_restriction": (_("Who may create projects"), ""),
    "quota_per_project_enable": (
        _("Enforce the quotas of projects"),
        _("Off, what projects hold is still counted, but no push is refused for it."),
    ),
    "storage_per_project": (
        _("Storage limit of new projects"),
        _("Such as 500 MB, 10 GB or 2 TiB. Empty: no limit. Projects that exist keep theirs."),
    ),
    "robot_name_prefix": (
        _("Names of robots begin with"),
        _("A change renames every robot at once: what signs in by the old names is refused from then on."),
    ),
    "robot_token_duration": (
        _("A new robot is good for so many days"),
        _("Where its maker does not say."),
    ),
    "token_expiration": (
        _("A registry token is good for so many minutes"),
        _("Clients fetch one for each pull or push. Whoever loses a role loses it at once, whatever this says."),
    ),
    "read_only": (
        _("Read only"),
        _("Pulls work; pushes, copies and deletions are refused for everybody, as during a move of the storage."),
    ),
    "pull_count_update_disable": (
        _("Do not count pulls"),
        _("Repositories and the plots at home keep the numbers that they have."),
    ),
    "pull_time_update_disable": (
        _("Do not note when artifacts are pulled"),
        _("Nobody can tell then which artifacts are still used before they are deleted."),
    ),
    "pull_audit_log_disable": (
        _("Do not record pulls"),
        _("The log then does not tell who took what."),
    ),
    "disabled_audit_log_event_types": (
        _("Events that are not recorded"),
        _("Changes of the settings are always recorded. “Other events” are all but those on artifacts."),
    ),
    "audit_log_forward_endpoint": (
        _("Send every record to a syslog server"),
        _("As tcp://host:port or udp://host:port. Empty: to none."),
    ),
    "skip_audit_log_database": (
        _("Keep no records here"),
        _("Records are gone from here as soon as the syslog server has them: this log then stays empty."),
    ),
}
