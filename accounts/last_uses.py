"""When robots and access tokens were last used, to the minute: of many sign-ins one writes, and none fails for it."""

import threading
import time
from datetime import timedelta

from django.db import OperationalError, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import AccessToken, Robot

SECONDS = 60
REMEMBERED_AT_MOST = 4096


def note(used: Robot | AccessToken, **circumstances: str) -> bool:
    """Write that it is used now, unless that was written within the last minute, by this process or another.
    Whether it was written."""
    now = timezone.now()
    before = now - timedelta(seconds=SECONDS)
    if (used.last_used_at and used.last_used_at > before) or not _is_first(used):
        return False
    rows = type(used).objects.filter(Q(last_used_at=None) | Q(last_used_at__lte=before), pk=used.pk)
    try:
        with transaction.atomic():
            return bool(rows.update(last_used_at=now, **circumstances))
    except OperationalError:  # a busy database has better things to do
        return False


def forget() -> None:
    """Drop what this process remembers to have written."""
    with _lock:
        _noted.clear()


_noted: dict[tuple[type, int], float] = {}
_lock = threading.Lock()


def _is_first(used: Robot | AccessToken) -> bool:
    """Whether this process has not tried within the last minute: of many at once, one writes."""
    key, now = (type(used), used.pk), time.monotonic()
    with _lock:
        if now - _noted.get(key, float("-inf")) < SECONDS:
            return False
        if len(_noted) >= REMEMBERED_AT_MOST:
            _noted.clear()
        _noted[key] = now
        return True
