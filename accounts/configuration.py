"""The settings that an admin may change while the system runs. A change acts at the next request, everywhere."""

from collections.abc import Mapping

from django.conf import settings
from django.db import transaction

from accounts import audit, encryption
from accounts.exceptions import ConfigurationLocked, Invalid
from accounts.models import Setting
from accounts.permissions import require
from accounts.principals import Principal
from accounts.settings_table import SETTINGS, Kind, Value

PURPOSE = "settings"
LONGEST_TEXT = 64 << 10


def get(key: str) -> Value:
    """The value now. An unknown key is a mistake of ours: KeyError."""
    return get_many([key])[key]


def flag(key: str) -> bool:
    return bool(get(key))


def number(key: str) -> int:
    value = get(key)
    assert isinstance(value, int)
    return value


def text(key: str) -> str:
    value = get(key)
    assert isinstance(value, str)
    return value


def get_many(keys: list[str]) -> dict[str, Value]:
    """Several values, by one query."""
    wanted = [*keys, "identity_sources"] if "auth_mode" in keys else keys
    found: dict[str, Value] = {key: SETTINGS[key].default for key in wanted}
    changed = Setting.objects.filter(key__in=wanted).values_list("key", "value")
    found |= {key: _as_read(key, value) for key, value in changed}
    found |= {key: value for key, value in _given().items() if key in found}
    if "auth_mode" in found:
        found["auth_mode"] = "ldap_auth" if "ldap" in _sources(found["identity_sources"]) else "db_auth"
    return {key: found[key] for key in keys}


def get_all() -> dict[str, Value]:
    return get_many(list(SETTINGS))


def is_locked() -> bool:
    """Whether the environment says what the settings are, so that nobody can change them here."""
    return bool(settings.CONFIGURATION)


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
    values = _with_sources(values)
    for key, value in sorted(values.items()):
        Setting.objects.update_or_create(key=key, defaults={"value": _as_kept(key, value)})
    told = ", ".join(f"{key} = {_as_told(key, value)}" for key, value in sorted(values.items()))
    audit.record(by, "update", "configuration", told)


def check(key: str, value: Value) -> None:
    """Return if the setting may have this value; Invalid otherwise."""
    if key not in SETTINGS:
        raise Invalid(f"there is no setting {key[:64]}")
    kind = SETTINGS[key].kind
    if not _fits(kind, value):
        raise Invalid(f"{key} must be {kind.says}")


def _given() -> dict[str, Value]:
    """What the environment says."""
    return _with_sources(settings.CONFIGURATION)


def _with_sources(values: Mapping[str, Value]) -> dict[str, Value]:
    """Harbor's mode of sign-in, as our list of identity sources; a list that is given itself counts more."""
    kept = {key: value for key, value in values.items() if key != "auth_mode"}
    if "auth_mode" in values and "identity_sources" not in values:
        now = [each for each in _sources(get("identity_sources")) if each != "ldap"] if not is_locked() else ["local"]
        kept["identity_sources"] = [*now, "ldap"] if values["auth_mode"] == "ldap_auth" else now
    return kept


def _sources(value: Value) -> list[str]:
    return value if isinstance(value, list) else []


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


def _as_kept(key: str, value: Value) -> Value:
    if SETTINGS[key].kind.is_secret and value:
        return encryption.encrypt(str(value), purpose=PURPOSE)
    return value


def _as_read(key: str, kept: Value) -> Value:
    if SETTINGS[key].kind.is_secret and kept:
        return encryption.decrypt(str(kept), purpose=PURPOSE)
    return kept


def _as_told(key: str, value: Value) -> str:
    """How the audit log writes it: a secret is none any more once it is in a log."""
    if SETTINGS[key].kind.is_secret:
        return "***"
    return f"{value}" if len(f"{value}") <= 100 else f"{value}"[:100] + "…"
