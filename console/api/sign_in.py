"""/c/login, /c/log_out and /c/userExists: what Harbor's own pages ask, and scripts that do as they do."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import cast

from django.db.models import Q
from django.http import HttpResponse, QueryDict
from rest_framework.parsers import BaseParser, FormParser
from rest_framework.request import Request

from accounts import audit, configuration, sign_in
from accounts.exceptions import Invalid
from accounts.models import User
from accounts.permissions import may
from console import sessions
from console.api.base import View, answer, done
from console.api.errors import Unmet


class FormView(View):
    """Takes a form, as a page sends it. A browser that gets a 401 from here must not ask for a password itself."""

    parser_classes: Sequence[type[BaseParser]] = (FormParser,)

    def handle_exception(self, error: Exception) -> HttpResponse:  # type: ignore[override]
        response = super().handle_exception(error)
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            del response["WWW-Authenticate"]
        return response

    def value(self, name: str) -> str:
        return cast(QueryDict, self.request.data).get(name, "")


class SignIn(FormView):
    """Opens a session for a person: `principal` and `password`."""

    authentication_classes = ()

    def post(self, request: Request) -> HttpResponse:
        by = sign_in.in_person(
            self.value("principal"), self.value("password"), client_address=request.META.get("REMOTE_ADDR", "")
        )
        sessions.begin(request, by)
        self.by = by
        return done()


class SignOut(FormView):
    """Ends the session at hand."""

    def get(self, request: Request) -> HttpResponse:
        if self.by.via == "session":
            audit.record(self.by, "logout", "user", self.by.name)
        sessions.end(request)
        return done()


class UserExists(FormView):
    """Whether the `value` is taken as a `username` or an `email` (`target`): for the form by which people sign up."""

    def post(self, request: Request) -> HttpResponse:
        if not configuration.flag("self_registration") and not may(self.by, "system-user:create", None):
            raise Unmet("people do not make accounts for themselves here")
        target, value = self.value("target"), self.value("value")
        if target not in ("username", "email"):
            raise Invalid("target must be username or email")
        return answer("\0" not in value and User.objects.filter(Q(**{target: value})).exists())
