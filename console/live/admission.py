"""Who opens a websocket: from a page of ours, and whose session the browser brings."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.wsgi import WSGIRequest

from accounts.exceptions import NotAuthenticated
from accounts.principals import Principal
from console import sessions
from registry.serving.requests import Request

LONGEST_ORIGIN = 512


def is_from_a_page_of_ours(request: Request) -> bool:
    """Browsers tell whose page opens a websocket, and send cookies whoever it is. What tells nothing is no browser,
    and has no use for a session."""
    origin = request.headers.get(b"origin", b"").decode("latin-1").lower()
    if len(origin) > LONGEST_ORIGIN:
        return False
    scheme, _, host = origin.partition("://")
    return scheme in ("http", "https") and host in _own_hosts(request)


def principal(request: Request) -> Principal:
    """Whose session it is at this moment. That a log is followed is no use of it: it ends when it would have ended."""
    plain = WSGIRequest(request.environ() | {sessions.NO_RENEWAL: "true"})
    plain.session = SessionStore(sessions.number(plain) or None)
    found = sessions.principal(plain)
    if found is None:
        raise NotAuthenticated("nobody is signed in here, or not any more")
    return found


def _own_hosts(request: Request) -> set[str]:
    own = (request.headers.get(b"host", b"").decode("latin-1"), urlsplit(settings.ENV.external_url).netloc)
    return {host.lower() for host in own if host}
