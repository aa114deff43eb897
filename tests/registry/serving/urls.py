"""Addresses that do what tests of the front need."""

import time
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

PIECE = b"0123456789abcdef" * 4096


@csrf_exempt
def echo(request: HttpRequest) -> HttpResponse:
    """What came, as it came."""
    return HttpResponse(request.body, content_type="application/octet-stream")


@csrf_exempt
def seen(request: HttpRequest) -> JsonResponse:
    """What Django is told of the request."""
    return JsonResponse({key: value for key, value in request.META.items() if isinstance(value, str)})


@csrf_exempt
def unread(request: HttpRequest) -> HttpResponse:
    """Answers whatever the body."""
    return HttpResponse(b"done")


def slow(request: HttpRequest) -> HttpResponse:
    time.sleep(float(request.GET["seconds"]))
    return HttpResponse(b"slept")


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("as this test wants it")


def pieces(request: HttpRequest) -> StreamingHttpResponse:
    def made() -> Iterator[bytes]:
        for _ in range(int(request.GET["count"])):
            yield PIECE

    return StreamingHttpResponse(made())


def breaks_off(request: HttpRequest) -> StreamingHttpResponse:
    def made() -> Iterator[bytes]:
        for _ in range(16):
            yield PIECE
        raise RuntimeError("as this test wants it")

    return StreamingHttpResponse(made())


urlpatterns = [
    path("", include("registry.urls")),
    path("test/echo", echo),
    path("test/seen", seen),
    path("test/unread", unread),
    path("test/slow", slow),
    path("test/broken", broken),
    path("test/pieces", pieces),
    path("test/breaks-off", breaks_off),
]
