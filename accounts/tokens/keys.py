"""The keys that sign registry tokens (ES256), and their change without a failed request.

A new key is published at once, but signs only after PUBLISHED_SECONDS, when every process has read it; the
one before it goes on verifying until it retires. Where there is no other, the newest signs at once."""

import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from jwt.algorithms import ECAlgorithm
from jwt.utils import base64url_encode

from accounts import encryption
from accounts.models import SigningKey

PURPOSE = "token signing key"
PUBLISHED_SECONDS = 60
REREAD_SECONDS = 20
UNKNOWN_REREAD_SECONDS = 1


@dataclass(frozen=True)
class SigningPair:
    """The key that signs now."""

    kid: str
    private: ec.EllipticCurvePrivateKey = field(repr=False)


@dataclass(frozen=True)
class VerifyingKey:
    """A key whose tokens are believed until it retires."""

    kid: str
    public: ec.EllipticCurvePublicKey
    created_at: datetime
    retires_at: datetime | None

    @property
    def is_live(self) -> bool:
        return self.retires_at is None or timezone.now() < self.retires_at


def signing() -> SigningPair:
    """The key to sign with now; the first is made at first need."""
    if not (keys := _ring.read(at_most_old=REREAD_SECONDS)):
        _make_first()
        keys = _ring.read(at_most_old=0)
    now = timezone.now()
    staying = [key for key in keys if key.retires_at is None] or keys
    published = [key for key in keys if now - key.created_at >= timedelta(seconds=PUBLISHED_SECONDS)]
    newest = max(published or staying, key=lambda key: key.created_at)
    return SigningPair(newest.kid, _private(newest.kid))


def verifying(kid: str) -> VerifyingKey | None:
    """The live key of this id. An id never heard of makes us read the keys again, at most once a second."""
    if found := _ring.find(kid, at_most_old=REREAD_SECONDS):
        return found
    return _ring.find(kid, at_most_old=UNKNOWN_REREAD_SECONDS)


def is_verifying(kid: str) -> bool:
    """Whether this key is known to be live, from memory alone; False also where memory is too old to say."""
    return _ring.recall(kid, at_most_old=REREAD_SECONDS) is not None


def rotate(overlap_seconds: int) -> str:
    """Publish a new key and let those before it retire after the overlap. Returns the new key's id.

    With an overlap of 0 the keys before are worthless within REREAD_SECONDS, and the new one signs at once."""
    with transaction.atomic():
        _lock_table()
        retire_at = timezone.now() + timedelta(seconds=overlap_seconds)
        _live().filter(Q(retires_at=None) | Q(retires_at__gt=retire_at)).update(retires_at=retire_at)
        made = _make()
    forget()
    return made.kid


def jwks() -> dict[str, list[dict[str, Any]]]:
    """The public keys, as a JSON Web Key Set."""
    keys = _ring.read(at_most_old=REREAD_SECONDS)
    return {
        "keys": [
            {**ECAlgorithm.to_jwk(key.public, as_dict=True), "use": "sig", "alg": "ES256", "kid": key.kid}
            for key in keys
        ]
    }


def forget() -> None:
    """Drop what this process remembers."""
    _ring.clear()
    _private.cache_clear()


class _Ring:
    """This process's copy of the live public keys."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        self._by_kid: dict[str, VerifyingKey] = {}
        self._read_at = float("-inf")

    def read(self, *, at_most_old: float) -> list[VerifyingKey]:
        """The live keys, as they were in the database not longer ago than this."""
        with self._lock:
            if time.monotonic() - self._read_at >= at_most_old:
                self._by_kid = {row.kid: _published(row) for row in _live()}
                self._read_at = time.monotonic()
        return [key for key in self._by_kid.values() if key.is_live]

    def find(self, kid: str, *, at_most_old: float) -> VerifyingKey | None:
        return next((key for key in self.read(at_most_old=at_most_old) if key.kid == kid), None)

    def recall(self, kid: str, *, at_most_old: float) -> VerifyingKey | None:
        """Like find, but without the database."""
        if time.monotonic() - self._read_at >= at_most_old:
            return None
        key = self._by_kid.get(kid)
        return key if key and key.is_live else None


_ring = _Ring()


def _live() -> QuerySet[SigningKey]:
    return SigningKey.objects.filter(Q(retires_at=None) | Q(retires_at__gt=timezone.now()))


def _published(row: SigningKey) -> VerifyingKey:
    public = serialization.load_pem_public_key(row.public_pem.encode())
    assert isinstance(public, ec.EllipticCurvePublicKey)
    return VerifyingKey(row.kid, public, row.created_at, row.retires_at)


@lru_cache(maxsize=4)
def _private(kid: str) -> ec.EllipticCurvePrivateKey:
    pem = encryption.decrypt(SigningKey.objects.get(kid=kid).private_pem_encrypted, purpose=PURPOSE)
    private = serialization.load_pem_private_key(pem.encode(), password=None)
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    return private


def _make_first() -> None:
    with transaction.atomic():
        _lock_table()
        if not _live().exists():
            _make()


def _lock_table() -> None:
    """One maker at a time. SQLite has but one writer; readers go on reading."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {SigningKey._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")


def _make() -> SigningKey:
    private = ec.generate_private_key(ec.SECP256R1())
    private_pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = private.public_key()
    public_pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return SigningKey.objects.create(
        kid=base64url_encode(sha256(public_pem).digest()).decode(),
        public_pem=public_pem.decode(),
        private_pem_encrypted=encryption.encrypt(private_pem.decode(), purpose=PURPOSE),
        created_at=timezone.now(),
    )
