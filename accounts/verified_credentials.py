"""The credentials that were right within the last minute, since verifying a password costs a tenth of a second.

Kept as keyed hashes, in this process alone. The row of the user or robot is read at every use, so a new
password, a disabling or a deletion acts at once."""

import hmac
import secrets
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from accounts import robots
from accounts.models import User
from accounts.principals import Principal, of_user

SECONDS = 60
AT_MOST = 4096


@dataclass(frozen=True)
class _Verified:
    """A credential that was found right: for which principal in which version, by which hash if it is a
    user's, and when."""

    principal: Principal
    kept: str
    at: float


def recall(username: str, secret: str) -> Principal | None:
    """Whose credential this is, where it was right a moment ago and nothing has changed since."""
    mac = _mac(username, secret)
    with _lock:
        known = _by_mac.get(mac)
    if known is None or time.monotonic() - known.at > SECONDS:
        return None
    return _AS_IT_IS_NOW[known.principal.kind](known, username)


def remember(username: str, secret: str, principal: Principal, kept: str = "") -> None:
    """`kept` is the hash that a user's password was verified by."""
    verified = _Verified(principal, kept, time.monotonic())
    with _lock:
        _by_mac[_mac(username, secret)] = verified
        while len(_by_mac) > AT_MOST:
            _by_mac.popitem(last=False)


@contextmanager
def alone_with(username: str, secret: str) -> Iterator[None]:
    """Of many who show the same credential at once, one at a time: the first verifies, the others recall."""
    mac = _mac(username, secret)
    with _lock:
        mine = _in_flight.setdefault(mac, threading.Lock())
        _waiting[mac] += 1
    try:
        with mine:
            yield
    finally:
        with _lock:
            _waiting[mac] -= 1
            if not _waiting[mac]:
                del _waiting[mac], _in_flight[mac]


def forget() -> None:
    """Drop all that this process remembers."""
    with _lock:
        _by_mac.clear()


def _user_now(known: _Verified, username: str) -> Principal | None:
    assert known.principal.id is not None
    user = User.objects.filter(
        pk=known.principal.id,
        username=known.principal.name,
        is_active=True,
        authorization_version=known.principal.authorization_version,
        password=known.kept,
    ).first()
    return of_user(user, via="password") if user and user.username.casefold() == username.casefold() else None


def _robot_now(known: _Verified, username: str) -> Principal | None:
    assert known.principal.id is not None
    robot = robots.principal(known.principal.id)
    if robot is None or robot.authorization_version != known.principal.authorization_version:
        return None
    if username != robot.name and not username.startswith(robots.ALIAS):  # the prefix is another one now
        return None
    has_ended = known.principal.expires_at is not None and known.principal.expires_at <= time.time()
    return None if has_ended else replace(robot, expires_at=known.principal.expires_at)


_AS_IT_IS_NOW: dict[str, Callable[[_Verified, str], Principal | None]] = {"user": _user_now, "robot": _robot_now}


def _mac(username: str, secret: str) -> bytes:
    return hmac.digest(_key, f"{username}\0{secret}".encode(), "sha256")


_key = secrets.token_bytes(32)
_lock = threading.Lock()
_by_mac: OrderedDict[bytes, _Verified] = OrderedDict()
_in_flight: dict[bytes, threading.Lock] = {}
_waiting: Counter[bytes] = Counter()
