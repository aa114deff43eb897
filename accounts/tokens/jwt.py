"""Registry tokens: signed statements of who may do what, believed by every instance until they expire.

Whatever is wrong with a token, verify() says TokenRefused and nothing else."""

import json
import re
import secrets
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import jwt
from jwt.utils import base64url_decode, base64url_encode

from accounts import configuration
from accounts.exceptions import TokenRefused
from accounts.principals import Access, Principal
from accounts.tokens import claims, keys
from accounts.tokens.claims import ISSUER, SERVICE, Bearer, Claims

__all__ = ["SERVICE", "Bearer", "Claims", "Issued", "issue", "known", "verify"]

ALGORITHM = "ES256"
# No token lives longer than this or than tokens live now, whichever is more: those that were issued before
# an admin shortened their life are good until they expire.
LONGEST_SECONDS = 24 * 3600
HEADER_KEYS = frozenset({"alg", "typ", "kid"})
# Header, payload and a signature of 64 bytes. The lengths bound what a stranger can make us read.
TOKEN = re.compile(r"([A-Za-z0-9_-]{1,512})\.([A-Za-z0-9_-]{1,32768})\.([A-Za-z0-9_-]{86})")
KID = re.compile(r"[A-Za-z0-9_-]{1,64}")
REMEMBERED_AT_MOST = 1024
REMEMBERED_CHARACTERS = 4096


@dataclass(frozen=True)
class Issued:
    """A new token, and what its reader is told beside it."""

    token: str = field(repr=False)
    expires_in_seconds: int
    issued_at: datetime


def issue(to: Principal, access: Sequence[Access], *, service: str = SERVICE) -> Issued:
    """A token for what was granted, under the versions of user and projects that it was granted at."""
    now = int(time.time())
    lifetime = _lifetime_seconds()
    if to.expires_at is not None:  # no token outlives the robot or the access token that it was got with
        lifetime = max(1, min(lifetime, int(to.expires_at - now)))
    pair = keys.signing()
    payload = {
        "iss": ISSUER,
        "aud": service,
        "sub": "" if to.is_anonymous else to.name,
        "jti": secrets.token_urlsafe(12),
        "iat": now,
        "nbf": now,
        "exp": now + lifetime,
        "kind": "access_token" if to.access_token_id else to.kind,
        "id": to.access_token_id or to.id,
        "ver": to.authorization_version,
        "access": [claims.entry_as_json(entry) for entry in access],
    }
    token = jwt.encode(payload, pair.private, algorithm=ALGORITHM, headers={"kid": pair.kid})
    return Issued(token, lifetime, datetime.fromtimestamp(now, tz=UTC))


def verify(token: str, *, at: float | None = None) -> Claims:
    """What a genuine token says that has not expired: now, or at the time its request was admitted."""
    found = known(token, at=at)
    if found is None:
        found = _read(token)
        if found.expires_at <= (time.time() if at is None else at):
            raise TokenRefused("the token has expired; ask for a new one")
        _remember(token, found)
    return found


def known(token: str, *, at: float | None = None) -> Claims | None:
    """The same for a token that this process has verified already, from memory alone; None for any other.

    For code that must not wait for a database. An admitted request outlives the retirement of its key."""
    remembered = _remembered.get(token)
    if remembered is None:
        return None
    kid, found = remembered
    if at is None:
        return found if found.expires_at > time.time() and keys.is_verifying(kid) else None
    return found if found.expires_at > at else None


def forget() -> None:
    """Drop the tokens that this process remembers."""
    with _remembering:
        _remembered.clear()


def _lifetime_seconds() -> int:
    return configuration.number("token_expiration") * 60


def _read(token: str) -> Claims:
    """Header, then signature, then payload: nothing is believed before the signature is."""
    parts = TOKEN.fullmatch(token)
    if parts is None:
        raise TokenRefused("this is not a token of ours")
    key = keys.verifying(_kid(parts[1]))
    if key is None:
        raise TokenRefused("the token's key is not known here, or has retired")
    if base64url_encode(base64url_decode(parts[3])).decode() != parts[3]:
        raise TokenRefused("the token's signature is not written as ours are")
    try:
        signed = jwt.PyJWS(algorithms=[ALGORITHM]).decode(token, key.public, algorithms=[ALGORITHM])
        payload = json.loads(signed)
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise TokenRefused("the token's signature does not fit") from None
    return claims.read(payload, now=time.time(), longest_seconds=max(LONGEST_SECONDS, _lifetime_seconds()))


def _kid(encoded_header: str) -> str:
    """The id of the key. No other header is ours: one that brings a key, or asks for more, is refused."""
    try:
        header = json.loads(base64url_decode(encoded_header))
    except (ValueError, RecursionError):
        raise TokenRefused("the token's header cannot be read") from None
    if not isinstance(header, dict) or not header.keys() <= HEADER_KEYS or header.get("typ", "JWT") != "JWT":
        raise TokenRefused("the token's header is not one of ours")
    kid = header.get("kid")
    if header.get("alg") != ALGORITHM or not isinstance(kid, str) or not KID.fullmatch(kid):
        raise TokenRefused("the token is not signed as ours are")
    return kid


_remembered: dict[str, tuple[str, Claims]] = {}
_remembering = threading.Lock()


def _remember(token: str, verified: Claims) -> None:
    """Keep the newest, so that most requests verify nothing; readers take no lock."""
    if len(token) > REMEMBERED_CHARACTERS:
        return
    with _remembering:
        while len(_remembered) >= REMEMBERED_AT_MOST:
            del _remembered[next(iter(_remembered))]
        _remembered[token] = (_kid(token.partition(".")[0]), verified)
