"""The settings that an admin may change while the system runs. A change acts at the next request, everywhere."""

from typing import TypeAlias

from django.db import transaction

from accounts import audit
from accounts.exceptions import Invalid
from accounts.models import Setting
from accounts.permissions import require
from accounts.principals import Principal

Value: TypeAlias = bool | int | str

DEFAULTS: dict[str, Value] = {
    "project_creation_restriction": "everyone",
    "read_only": False,
    "robot_name_prefix": "robot$",
    "token_expiration": 30,
}
"""Each setting with the value it has until it is changed. `token_expiration` is in minutes."""

CHOICES: dict[str, tuple[Value, ...]] = {
    "project_creation_restriction": ("everyone", "adminonly"),
    "read_only": (True, False),
}
MAX_DIGITS = 10


def get(key: str) -> Value:
    """The value now. An unknown key is a mistake of ours: KeyError."""
    default = DEFAULTS[key]
    changed: Value | None = Setting.objects.filter(key=key).values_list("value", flat=True).first()
    return default if changed is None else changed


@transaction.atomic
def set(key: str, value: Value, *, by: Principal) -> None:  # noqa: A001 (read as configuration.set)
    require(by, "system-configuration:update", None)
    _check(key, value)
    Setting.objects.update_or_create(key=key, defaults={"value": value})
    audit.record(by, "update", "configuration", f"{key} = {value}")


def _check(key: str, value: Value) -> None:
    if key not in DEFAULTS:
        raise Invalid(f"there is no setting {key}")
    if choices := CHOICES.get(key):
        # By type too, since to Python 1 == True.
        if not any(value == choice and type(value) is type(choice) for choice in choices):
            raise Invalid(f"{key} must be one of {', '.join(map(str, choices))}")
    elif type(value) is not int or not 0 < value < 10**MAX_DIGITS:
        raise Invalid(f"{key} must be a whole number above 0, of at most {MAX_DIGITS} digits")
