"""Secrets at rest, encrypted under the installation's data key: one derived key per purpose."""

import base64
from functools import cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def encrypt(text: str, *, purpose: str) -> str:
    return _cipher(settings.DATA_KEY, purpose).encrypt(text.encode()).decode()


def decrypt(encrypted: str, *, purpose: str) -> str:
    """The text. Under another data key, or another purpose, it cannot be had: ImproperlyConfigured."""
    try:
        return _cipher(settings.DATA_KEY, purpose).decrypt(encrypted).decode()
    except InvalidToken:
        raise ImproperlyConfigured(
            f"the {purpose} in the database was encrypted under another data key; "
            "restore the file secrets/data (or ROADSTEAD_DATA_KEY) that belongs to this database"
        ) from None


@cache
def _cipher(data_key: str, purpose: str) -> Fernet:
    derived = HKDF(SHA256(), length=32, salt=None, info=f"roadstead {purpose}".encode()).derive(data_key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
