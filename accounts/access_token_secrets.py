"""The secrets of access tokens: `rsp_`, a key that finds the row, 256 random bits, and a checksum.

The checksum tells a typo from a guess, without asking anybody. By their form those who look for leaked
secrets can find ours."""

import re
import secrets
import string
from hashlib import sha256
from zlib import crc32

from accounts.exceptions import CredentialsRefused

PREFIX = "rsp_"
ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
KEY_LENGTH = 10
RANDOM_LENGTH = 43  # 256 bits, in 62 different characters
CHECKSUM_LENGTH = 6
LENGTH = len(PREFIX) + KEY_LENGTH + RANDOM_LENGTH + CHECKSUM_LENGTH
FORM = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{LENGTH - len(PREFIX)}}}")


def generate() -> str:
    return with_checksum(PREFIX + "".join(secrets.choice(ALPHABET) for _ in range(KEY_LENGTH + RANDOM_LENGTH)))


def key_of(secret: str) -> str:
    """The part that finds its row. CredentialsRefused where this cannot be a secret of ours."""
    if not FORM.fullmatch(secret) or secret != with_checksum(secret[:-CHECKSUM_LENGTH]):
        raise CredentialsRefused(
            f"this access token is mistyped or cut off: they begin with {PREFIX} and have {LENGTH} characters"
        )
    return secret[len(PREFIX) : len(PREFIX) + KEY_LENGTH]


def digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def with_checksum(body: str) -> str:
    number, checksum = crc32(body.encode()), ""
    for _ in range(CHECKSUM_LENGTH):
        number, index = divmod(number, len(ALPHABET))
        checksum = ALPHABET[index] + checksum
    return body + checksum
