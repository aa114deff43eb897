"""From what a client shows to who it is: a password, or a registry token."""

import hmac
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

from accounts import access_tokens, audit, lock_out, robots
from accounts.exceptions import CredentialsRefused, TokenRefused
from accounts.identity import local
from accounts.models import User
from accounts.principals import ANONYMOUS, Principal, of_user
from accounts.tokens import jwt

LONGEST_USERNAME = 255
LONGEST_PASSWORD_BYTES = 1024
REMEMBERED_SECONDS = 60
REMEMBERED_AT_MOST = 1024


def with_password(username: str, password: str, *, client_address: str = "") -> Principal:
    """The user of this name and password. Every refusal is CredentialsRefused, and takes as long as any other."""
    if not _is_plausible(username, password):
        raise CredentialsRefused
    lock_out.check(username, client_address)
    user = _verified.recall(username, password)
    if user is None:
        user = _verify(username, password, client_address)
        _verified.remember(username, password, user)
    return of_user(user)


def with_token(token: str, *, admitted_at: float | None = None) -> Principal:
    """The bearer of a registry token, narrowed to what it carries; TokenRefused where its user is no more
    what it was. `admitted_at` judges its age at that time: a request that began in time may finish."""
    claims = jwt.verify(token, at=admitted_at)
    if claims.bearer.id is None:
        return replace(ANONYMOUS, access=claims.access)
    bearer = _BEARERS[claims.bearer.kind](claims.bearer.id)
    if bearer is None:
        raise TokenRefused("the bearer of this token is disabled or gone")
    if bearer.authorization_version != claims.version:
        raise TokenRefused("the bearer of this token has changed since it was issued; ask for a new one")
    return replace(bearer, access=claims.access)


def _user(number: int) -> Principal | None:
    user = User.objects.filter(pk=number, is_active=True).first()
    return of_user(user) if user else None


_BEARERS: dict[str, Callable[[int], Principal | None]] = {
    "user": _user,
    "robot": robots.principal,
    "access_token": access_tokens.principal,
}


def forget() -> None:
    """Drop the passwords that this process remembers as right."""
    _verified.clear()


def _verify(username: str, password: str, client_address: str) -> User:
    with audit.context(client_address=client_address):
        user = local.authenticate(username, password)
        if user is None:
            lock_out.count_failure(username, client_address)
            audit.record(replace(ANONYMOUS, name=username), "sign in", "user", username, succeeded=False)
            raise CredentialsRefused
        lock_out.forget(username, client_address)
        audit.record(of_user(user), "sign in", "user", username)
        return user


def _is_plausible(username: str, password: str) -> bool:
    """Whether this could be anybody's at all. Depends on nothing that a guesser could learn from."""
    try:
        size = len(password.encode())
        username.encode()
    except UnicodeEncodeError:
        return False
    return 0 < len(username) <= LONGEST_USERNAME and "\0" not in username and 0 < size <= LONGEST_PASSWORD_BYTES


@dataclass(frozen=True)
class _Verification:
    """A password that was found right: for which row of the user, and when."""

    user_id: int
    authorization_version: int
    password_hash: str
    at: float


class _VerifiedCredentials:
    """Right passwords of the last minute, as keyed hashes, since each verification costs a tenth of a second.

    The user's row is read at every use, so a new password, a disabling or a deletion acts at once."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._by_mac: OrderedDict[bytes, _Verification] = OrderedDict()

    def recall(self, username: str, password: str) -> User | None:
        mac = self._mac(username, password)
        with self._lock:
            known = self._by_mac.get(mac)
        if known is None or time.monotonic() - known.at > REMEMBERED_SECONDS:
            return None
        return User.objects.filter(
            pk=known.user_id,
            username=username,
            is_active=True,
            authorization_version=known.authorization_version,
            password=known.password_hash,
        ).first()

    def remember(self, username: str, password: str, user: User) -> None:
        verification = _Verification(user.pk, user.authorization_version, user.password, time.monotonic())
        with self._lock:
            self._by_mac[self._mac(username, password)] = verification
            while len(self._by_mac) > REMEMBERED_AT_MOST:
                self._by_mac.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._by_mac.clear()

    def _mac(self, username: str, password: str) -> bytes:
        return hmac.digest(self._key, f"{username}\0{password}".encode(), "sha256")


_verified = _VerifiedCredentials()
