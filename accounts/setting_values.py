"""What the settings are now: as the environment says, else as they were changed, else their defaults.

Nothing is remembered between two questions, so a change acts at the next request, everywhere."""

from collections.abc import Mapping

from django.conf import settings

from accounts import encryption
from accounts.models import Setting
from accounts.settings_table import SETTINGS, Value

PURPOSE = "settings"


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
    found |= {key: as_read(key, value) for key, value in changed}
    found |= {key: value for key, value in given().items() if key in found}
    if "auth_mode" in found:
        found["auth_mode"] = "ldap_auth" if "ldap" in sources(found["identity_sources"]) else "db_auth"
    return {key: found[key] for key in keys}


def get_all() -> dict[str, Value]:
    return get_many(list(SETTINGS))


def is_locked() -> bool:
    """Whether the environment says what the settings are, so that nobody can change them here."""
    return bool(settings.CONFIGURATION)


def given() -> dict[str, Value]:
    """What the environment says."""
    return with_sources(settings.CONFIGURATION)


def with_sources(values: Mapping[str, Value]) -> dict[str, Value]:
    """Harbor's mode of sign-in, as our list of identity sources; a list that is given itself counts more."""
    kept = {key: value for key, value in values.items() if key != "auth_mode"}
    if "auth_mode" in values and "identity_sources" not in values:
        now = [each for each in sources(get("identity_sources")) if each != "ldap"] if not is_locked() else ["local"]
        kept["identity_sources"] = [*now, "ldap"] if values["auth_mode"] == "ldap_auth" else now
    return kept


def sources(value: Value) -> list[str]:
    return value if isinstance(value, list) else []


def as_kept(key: str, value: Value) -> Value:
    """How the database has it: a secret is encrypted there."""
    if SETTINGS[key].kind.is_secret and value:
        return encryption.encrypt(str(value), purpose=PURPOSE)
    return value


def as_read(key: str, kept: Value) -> Value:
    if SETTINGS[key].kind.is_secret and kept:
        return encryption.decrypt(str(kept), purpose=PURPOSE)
    return kept
