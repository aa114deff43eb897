"""What a foreign site must not do with a browser that is signed in here, in Harbor's way: a request with a session's
cookie that changes something brings a token, which an earlier answer gave in a header.

Clients without that cookie need none. Those who bring credentials of their own are given none either."""

import re
import secrets
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.exceptions import Refusal
from console import sessions
from console.api import errors
from console.api.errors import CrossSite

HEADER = "X-Harbor-CSRF-Token"
SENT = "HTTP_X_HARBOR_CSRF_TOKEN"
COOKIE = "_gorilla_csrf"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")
VALUE = re.compile("[A-Za-z0-9_-]{43}")
PLACES = re.compile("/+(?:api|c)(?:/|$)")


class Guard:
    """A middleware. It stands inside the one of sessions."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not PLACES.match(request.path_info):
            return self._get_response(request)
        try:
            _check(request)
        except (Refusal, DisallowedHost) as refusal:
            response: HttpResponseBase = errors.response(refusal)
        else:
            response = self._get_response(request)
        if sessions.is_shown(request) or "HTTP_AUTHORIZATION" not in request.META:
            _give_token(request, response)
        return response


def _check(request: HttpRequest) -> None:
    """Raise CrossSite where another site may be behind this request. Browsers tell from where it comes."""
    if request.path_info.startswith("/c/") and request.META.get("HTTP_SEC_FETCH_SITE") == "cross-site":
        raise CrossSite("CSRF token not asked for: another site sends this request")
    if request.method in SAFE_METHODS:
        return
    origin = request.META.get("HTTP_ORIGIN")
    if origin is not None and urlsplit(origin).netloc not in _own_hosts(request):
        raise CrossSite("CSRF token not asked for: a page of another site sends this request")
    if sessions.is_shown(request) and not is_from_a_page_of_ours(request):
        problem = "invalid" if request.META.get(SENT) else "not found in request"
        raise CrossSite(f"CSRF token {problem}: send the {HEADER} of this answer")


def is_from_a_page_of_ours(request: HttpRequest) -> bool:
    """Whether it brings a token that we gave to this browser: before its session by a cookie, else by the session."""
    given, number, value = request.META.get(SENT, ""), sessions.number(request), request.COOKIES.get(COOKIE, "")
    expected = [_token("session", number)] if number else []
    expected += [_token("cookie", value)] if VALUE.fullmatch(value) else []
    return any(constant_time_compare(given, each) for each in expected)


def _own_hosts(request: HttpRequest) -> set[str]:
    return {request.get_host(), urlsplit(settings.ENV.external_url).netloc or request.get_host()}


def _give_token(request: HttpRequest, response: HttpResponseBase) -> None:
    value = request.COOKIES.get(COOKIE, "")
    if not VALUE.fullmatch(value):
        value = secrets.token_urlsafe(32)
        secure = sessions.is_secure(request)
        response.set_cookie(COOKIE, value, secure=secure, httponly=True, samesite="Strict")
    number = _session_number(request)
    response[HEADER] = _token("session", number) if number else _token("cookie", value)
    patch_vary_headers(response, ["Cookie"])


def _session_number(request: HttpRequest) -> str:
    """As the browser has it after this answer."""
    if not sessions.is_shown(request) and not request.session.modified:
        return ""
    return request.session.session_key or ""


def _token(kind: str, value: str) -> str:
    return salted_hmac(f"console.cross_site.{kind}", value, algorithm="sha256").hexdigest()
