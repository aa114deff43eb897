"""The settings that an admin may change while the system runs. A change acts at the next request, everywhere."""

from collections.abc import Mapping
from itertools import starmap

from django.conf import settings
from django.db import transaction

from accounts import audit, settings_rules
from accounts.audit_log import forwarding
from accounts.exceptions import ConfigurationLocked, Invalid
from accounts.models import Setting
from accounts.permissions import require
from accounts.principals import Principal
from accounts.setting_values import (
    as_kept,
    flag,
    get,
    get_all,
    get_many,
    is_locked,
    number,
    text,
    with_sources,
)
from accounts.settings_table import SETTINGS, Kind, Value

__all__ = [
    "check",
    "check_given",
    "flag",
    "get",
    "get_all",
    "get_many",
    "is_locked",
    "number",
    "set",
    "set_many",
    "text",
]

LONGEST_TEXT = 64 << 10


def set(key: str, value: Value, *, by: Principal) -> None:  # noqa: A001 (read as configuration.set)
    set_many({key: value}, by=by)


@transaction.atomic
def set_many(values: Mapping[str, Value], *, by: Principal) -> None:
    """Change settings: all of them, or none where one may not be so."""
    require(by, "system-configuration:update", None)
    if is_locked():
        raise ConfigurationLocked
    for key, value in values.items():
        check(key, value)
    before = get_all()
    # What is as it was says nothing: clients send back all that they have read, with one value changed.
    wanted = {key: value for key, value in sorted(values.items()) if value != before[key]}
    settings_rules.check_sources(wanted)
    settings_rules.check_secrets(wanted, given=values.keys(), before=before)
    changed = {key: value for key, value in with_sources(wanted).items() if value != before[key]}
    settings_rules.check(before | changed)
    for key, value in changed.items():
        Setting.objects.update_or_create(key=key, defaults={"value": as_kept(key, value)})
    if changed:
        audit.record(by, "update", "configuration", ", ".join(starmap(_as_told, changed.items())))
        forwarding.cursor()


def check_given() -> None:
    """Return if what the environment says may be so; Invalid otherwise."""
    for key, value in settings.CONFIGURATION.items():
        check(key, value)
    settings_rules.check({key: setting.default for key, setting in SETTINGS.items()} | settings.CONFIGURATION)


def check(key: str, value: Value) -> None:
    """Return if the setting may have this value; Invalid otherwise."""
    if key not in SETTINGS:
        raise Invalid(f"there is no setting {key[:64]}")
    kind = SETTINGS[key].kind
    if not _fits(kind, value):
        raise Invalid(f"{key} must be {kind.says}")


def _fits(kind: Kind, value: Value) -> bool:
    # By type too, since to Python 1 == True.
    if type(value) is not kind.type:
        return False
    if isinstance(value, list):
        return all(each in kind.choices for each in value) and len({*value}) == len(value)
    if kind.choices:
        return value in kind.choices
    if isinstance(value, int):
        return isinstance(value, bool) or kind.least <= value <= kind.most
    if isinstance(value, str):
        return "\0" not in value and len(value) <= LONGEST_TEXT and (kind.may_be_empty or bool(value.strip()))
    return True


def _as_told(key: str, value: Value) -> str:
    """How the audit log writes it: a secret is none any more once it is in a log."""
    shown = "***" if SETTINGS[key].kind.is_secret else f"{value}"
    return f"{key} = {shown}" if len(shown) <= 100 else f"{key} = {shown[:100]}…"
