"""What no page answers: addresses that are none, requests that make no sense, faults outside of all views.

A browser gets a page; a program, which does not ask for one, gets Harbor's JSON."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from accounts.exceptions import Refusal
from accounts.principals import ANONYMOUS
from console import sessions
from console.api import errors
from console.api.errors import AddressUnknown, CrossSite
from console.cross_site import PLACES
from console.pages import base
from console.pages.base import PageRequest


class PageUnknown(AddressUnknown):
    """There is no such page. It may have moved, or never been here: the search box above finds what there is."""


class Expired(CrossSite):
    """This form was open for too long, or was not made by this site, so nothing was changed. Go back, load the page
    anew and send it again."""


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, PageUnknown()) if _is_for_people(request) else errors.not_found(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return errors.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django has logged it. Nothing is asked of the database, which may be what failed."""
    return errors.server_error(request)


def cross_site(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(request, Expired())


def _is_for_people(request: HttpRequest) -> bool:
    return "text/html" in request.headers.get("Accept", "") and not PLACES.match(request.path_info)


def _page(plain: HttpRequest, refusal: Refusal) -> HttpResponse:
    request = cast(PageRequest, plain)
    request.principal = sessions.principal(request) or ANONYMOUS
    with translation.override(translation.get_language_from_request(request)):
        return base.refused(request, refusal)
