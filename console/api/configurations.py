"""/api/v2.0/configurations: the settings that an admin changes while the system runs, as Harbor writes them."""

import json
from collections.abc import Mapping

from django.http import HttpResponse
from rest_framework.request import Request

from accounts import configuration
from accounts.exceptions import Invalid
from accounts.models import User
from accounts.permissions import require
from accounts.settings_table import SETTINGS, Value
from console.api.base import View, answer, done

# An object that clients write, and read, as a text that holds it.
AS_TEXT = "oidc_extra_redirect_parms"


class Configurations(View):
    """Every setting with its value, and whether it may be changed. Secrets go in and never come out."""

    def get(self, request: Request) -> HttpResponse:
        require(self.by, "system-configuration:read", None)
        return answer(shown())

    def put(self, request: Request) -> HttpResponse:
        require(self.by, "system-configuration:update", None)
        sent = request.data
        if not isinstance(sent, Mapping):
            raise Invalid("the body must be an object of settings and their values")
        given = {key: _value(key, value) for key, value in sent.items() if value is not None}
        configuration.set_many(given, by=self.by)
        return done()


class InternalConfigurations(View):
    """The same under the address that Harbor's own parts use."""

    def get(self, request: Request) -> HttpResponse:
        require(self.by, "system-configuration:read", None)
        return answer(shown())


def shown() -> dict[str, object]:
    values, is_locked = configuration.get_all(), configuration.is_locked()
    told: dict[str, object] = {
        key: {"value": json.dumps(value) if key == AS_TEXT else value, "editable": not is_locked}
        for key, value in values.items()
        if not SETTINGS[key].kind.is_secret
    }
    # As Harbor has it: with people in the database their source is settled. Here it may still be changed.
    has_people = User.objects.exclude(username="admin").exists()
    return told | {"auth_mode": {"value": values["auth_mode"], "editable": not (is_locked or has_people)}}


def _value(key: str, sent: Value) -> Value:
    if key in SETTINGS and SETTINGS[key].kind.type is dict and isinstance(sent, str):
        try:
            parsed: Value = json.loads(sent or "{}")
        except (ValueError, RecursionError):
            raise Invalid(f"{key} must be {SETTINGS[key].kind.says}") from None
        return parsed
    return sent
