"""What settings must be besides what their kinds say: of a certain form, and fit for one another."""

from collections.abc import Mapping

from accounts.audit_log import events, syslog
from accounts.exceptions import Invalid
from accounts.settings_table import Value


def check(values: Mapping[str, Value]) -> None:
    """Return if the settings may all be so at once; `values` are all of them, as they would be."""
    endpoint = str(values["audit_log_forward_endpoint"]).strip()
    if endpoint:
        syslog.endpoint(endpoint)
    elif values["skip_audit_log_database"]:
        raise Invalid("skip_audit_log_database needs an audit_log_forward_endpoint, or records would be nowhere")
    unknown = events.unknown(str(values["disabled_audit_log_event_types"]))
    if unknown:
        raise Invalid(f"disabled_audit_log_event_types: there is no event {unknown[0][:64]}")
