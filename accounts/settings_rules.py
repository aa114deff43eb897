"""What settings must be besides what their kinds say: of a certain form, and fit for one another."""

import re
from collections.abc import Collection, Mapping

from accounts.audit_log import events, syslog
from accounts.exceptions import Invalid
from accounts.settings_table import Value

PREFIX = re.compile(r"[^\s:/\\]{1,64}")


def check_sources(values: Mapping[str, Value]) -> None:
    """Return if Harbor's mode of sign-in and our list of sources, where both are changed, mean the same."""
    if "auth_mode" in values and "identity_sources" in values:
        sources = values["identity_sources"]
        has_ldap = isinstance(sources, list) and "ldap" in sources
        if has_ldap != (values["auth_mode"] == "ldap_auth"):
            raise Invalid("auth_mode and identity_sources contradict one another: send one of them")


def check_secrets(changed: Mapping[str, Value], *, given: Collection[str], before: Mapping[str, Value]) -> None:
    """Return if no kept secret would go to another address than the one that it was given for."""
    if "ldap_url" in changed and before["ldap_search_password"] and "ldap_search_password" not in given:
        raise Invalid("ldap_url changes where ldap_search_password is sent: give that too")


def check(values: Mapping[str, Value]) -> None:
    """Return if the settings may all be so at once; `values` are all of them, as they would be."""
    endpoint = str(values["audit_log_forward_endpoint"]).strip()
    if endpoint:
        syslog.endpoint(endpoint)
    elif values["skip_audit_log_database"]:
        raise Invalid("skip_audit_log_database needs an audit_log_forward_endpoint, or records would be nowhere")
    if not PREFIX.fullmatch(str(values["robot_name_prefix"])):
        raise Invalid("robot_name_prefix must have no colon, slash or blank, or no robot could sign in")
    unknown = events.unknown(str(values["disabled_audit_log_event_types"]))
    if unknown:
        raise Invalid(f"disabled_audit_log_event_types: there is no event {unknown[0][:64]}")
