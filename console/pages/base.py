"""What all pages have in common: who looks, what they may see, and refusals that are pages too.

A page is a function under `@page`. GET shows and POST changes; it calls the services, and never asks for rights
itself: whoever is refused sees why. What htmx asks for is the same page, of which it takes a part."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render as render_template
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_http_methods
from django_htmx.middleware import HtmxDetails

from accounts import audit, refusals
from accounts.exceptions import Invalid, NotAuthenticated, Refusal
from accounts.principals import ANONYMOUS, Principal
from console import sessions
from console.api import errors
from console.templatetags.humane import sentence

P = ParamSpec("P")
SIGN_IN = "/sign-in"
HOME = "/"


class PageRequest(HttpRequest):
    """A request to a page: `principal` is who looks, `htmx` is true where a part of the page is asked for."""

    principal: Principal
    htmx: HtmxDetails


View = Callable[Concatenate[PageRequest, P], HttpResponseBase]
Page = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def page(view: View[P]) -> Page[P]:
    """A page for people who are signed in."""

    @wraps(view)
    def for_somebody(request: PageRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.principal.is_anonymous:
            raise NotAuthenticated
        return view(request, *args, **kwargs)

    return public_page(for_somebody)


def public_page(view: View[P]) -> Page[P]:
    """A page for anybody: the services tell what is public."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def answer(plain: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        request = cast(PageRequest, plain)
        request.principal = sessions.principal(request) or ANONYMOUS
        with translation.override(translation.get_language_from_request(request)), _audited(request):
            response = _answer(request, view, *args, **kwargs)
        return _finished(request, response)

    return cast(Page[P], answer)


def _answer(request: PageRequest, view: View[P], *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
    try:
        if "\0" in request.path_info or any("\0" in text for _, values in request.GET.lists() for text in values):
            raise Invalid("the address has a character that is in no name")
        return view(request, *args, **kwargs)
    except Exception as error:  # noqa: BLE001  the table of errors knows what is a refusal, and logs the rest
        return refused(request, error)


def refused(request: PageRequest, error: Exception) -> HttpResponse:
    """The page that says what was refused, why, and what to do. Who is nobody yet is led to sign in."""
    if isinstance(error, NotAuthenticated) and request.principal.is_anonymous:
        return sign_in_first(request)
    why = refusals.keep(error, by=request.principal, resource=f"{request.method} {request.path}")
    told = errors.told(error, request_id=request_id(request))
    context = {"status": told.status, "says": told.message, "why": why, "request_id": request_id(request)}
    template = "partials/_refused.html" if request.htmx else "refused.html"
    return render(request, template, context, status=told.status)


def sign_in_first(request: PageRequest) -> HttpResponse:
    is_reading = request.method in ("GET", "HEAD") and not request.htmx
    came_for = request.get_full_path() if is_reading else _page_it_came_from(request)
    target = f"{SIGN_IN}?{urlencode({'next': came_for})}" if came_for != HOME else SIGN_IN
    if request.htmx:
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)


def _page_it_came_from(request: PageRequest) -> str:
    """The page that a form stands in, or that htmx changes: where to go on once somebody is signed in again."""
    parts = urlsplit(request.headers.get("Referer", ""))
    return f"{parts.path}?{parts.query}" if parts.query else parts.path or HOME


def render(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    return render_template(request, template, context, status=status)


def redirect(request: HttpRequest, target: str, said: str = "") -> HttpResponse:
    """To another page of ours after a change; `said` stands at its top until it is closed."""
    if said:
        messages.success(request, said)
    return HttpResponseRedirect(target, status=HTTPStatus.SEE_OTHER)


def warn(request: HttpRequest, said: str) -> None:
    messages.warning(request, said)


def safe_target(request: HttpRequest, target: str) -> str:
    """Where to go next, if that is a page of this site; else home."""
    is_ours = target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return target if is_ours else HOME


def add_refusal(form: Any, refusal: Refusal, field: str | None = None) -> None:
    """Show what a service refused beside the form, or beside the field that it is about."""
    form.add_error(field, sentence(str(refusal)))


def request_id(request: HttpRequest) -> str:
    return str(request.META.get("HTTP_X_REQUEST_ID", ""))[:64]


def _audited(request: HttpRequest) -> Any:
    return audit.context(
        client_address=request.META.get("REMOTE_ADDR", ""),
        request_id=request_id(request),
        user_agent=request.META.get("HTTP_USER_AGENT", ""),
    )


def _finished(request: PageRequest, response: HttpResponseBase) -> HttpResponseBase:
    response.headers.setdefault("Cache-Control", "private, no-store")
    response.principal_name = "" if request.principal.is_anonymous else request.principal.name  # type: ignore[attr-defined]
    return response
