"""Digests: `algorithm:hex`, of sha256 or sha512 (OCI image-spec, descriptor.md#digests)."""

import hashlib
import re
from typing import Protocol

from registry.exceptions import DigestInvalid

FORM = re.compile(r"(?:sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})", re.ASCII)


class Hasher(Protocol):
    """What hashlib gives: the digest of bytes seen so far."""

    def update(self, data: bytes | bytearray | memoryview, /) -> None: ...

    def hexdigest(self) -> str: ...


def is_digest(value: str) -> bool:
    return FORM.fullmatch(value) is not None


def parse(value: str) -> str:
    """The digest itself where it is one; else DigestInvalid."""
    if not is_digest(value):
        raise DigestInvalid(f"{value[:140]!r} is not a digest: it must be sha256: or sha512: and lower-case hex")
    return value


def algorithm(digest: str) -> str:
    return digest.partition(":")[0]


def hasher(name: str = "sha256") -> Hasher:
    return hashlib.new(name)


def of(content: bytes, name: str = "sha256") -> str:
    return f"{name}:{hashlib.new(name, content).hexdigest()}"
