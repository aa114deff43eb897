"""Browser sessions: whoever has signed in by the form is known by a cookie, until they have been idle for too long
or signed in for too long, or sign out. The rows lie in the database, so they count and end on every instance.

A session ends with every change that ends tokens too: a new password, a disabling, another standing in the system."""

import time

from django.conf import settings
from django.http import HttpRequest

from accounts import configuration
from accounts.models import User
from accounts.principals import Principal, of_user

IDLE_MINUTES = "session_timeout"
LONGEST_MINUTES = "session_absolute_timeout"
NO_RENEWAL = "HTTP_X_HARBOR_NO_SESSION_RENEWAL"
# A session in use is written anew at most so often.
RENEWED_AFTER_SECONDS = 60
# Nobody reads a settings page for longer, whatever the settings say; and dates have an end.
AT_MOST_SECONDS = 366 * 24 * 3600


def is_shown(request: HttpRequest) -> bool:
    """Whether the request brings the cookie of a session, a good one or not."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES


def number(request: HttpRequest) -> str:
    """What the request names its session by; empty where it brings none."""
    return request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")


def is_secure(request: HttpRequest) -> bool:
    """Whether the browser talks https, to us or to what stands before us."""
    return request.is_secure() or bool(settings.ENV.external_url.startswith("https:"))


def begin(request: HttpRequest, by: Principal) -> None:
    """Open a session for who has just signed in; what was in the browser before is dropped, and its number too."""
    now = time.time()
    request.session.flush()
    request.session.update({"user_id": by.id, "version": by.authorization_version, "began_at": now, "used_at": now})
    _set_expiry(request, now)
    request.session.save()


def end(request: HttpRequest) -> None:
    request.session.flush()


def go_on(request: HttpRequest, user: User) -> None:
    """Let this session outlive a change of its own user, under a new number; all others of theirs end."""
    request.session["version"] = user.authorization_version
    request.session.cycle_key()


def principal(request: HttpRequest) -> Principal | None:
    """Whose session this is, as the database knows them now; None where it has ended."""
    session = request.session
    if "user_id" not in session:
        return None
    user = User.objects.filter(pk=session["user_id"], is_active=True, authorization_version=session["version"]).first()
    now = time.time()
    if user is None or _seconds_left(request, now) <= 0:
        session.flush()
        return None
    if now - session["used_at"] >= RENEWED_AFTER_SECONDS and request.META.get(NO_RENEWAL, "").lower() != "true":
        session["used_at"] = now
        _set_expiry(request, now)
    return of_user(user, via="session")


def _set_expiry(request: HttpRequest, now: float) -> None:
    """The row and the cookie end together, so that an old row is known as such and purged."""
    request.session.set_expiry(int(_seconds_left(request, now)))


def _seconds_left(request: HttpRequest, now: float) -> float:
    """By the settings as they are now: a shorter time acts on sessions that are open."""
    minutes = configuration.get_many([IDLE_MINUTES, LONGEST_MINUTES])
    ends = (
        request.session["used_at"] + 60 * float(str(minutes[IDLE_MINUTES])),
        request.session["began_at"] + 60 * float(str(minutes[LONGEST_MINUTES])),
        now + AT_MOST_SECONDS,
    )
    return float(min(ends) - now)
