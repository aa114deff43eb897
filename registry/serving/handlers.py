"""Django's WSGI handler, asked for the response itself; once with the middleware and once without."""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from django.core import signals
from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import close_old_connections
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

logger = logging.getLogger(__name__)
T = TypeVar("T")


class Handler(WSGIHandler):
    """Sign-in, console and API: through the middleware."""

    def respond(self, environ: dict[str, Any]) -> HttpResponseBase:
        """The response, closed where it is whole: its database connections are given back in this thread."""
        set_script_prefix("/")
        signals.request_started.send(sender=self.__class__, environ=environ)
        response: HttpResponseBase = self.get_response(WSGIRequest(environ))
        if not response.streaming or getattr(response, "file", None) is not None:
            response.close()
        return response


class BareHandler(Handler):
    """/v2 and the token service: no session, no cookie, no page, so no middleware either."""

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 (Django's signature)
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        self._middleware_chain = convert_exception_to_response(self._get_response)  # type: ignore[attr-defined]


def with_connections(work: Callable[[], T]) -> T:
    """Do work that uses the database outside of any request, as Django does within one."""
    close_old_connections()
    try:
        return work()
    finally:
        close_old_connections()
