"""The secrets of robots: making, judging and keeping them. What is kept is a hash, from which nobody signs in."""

import hmac
import re
import secrets
import string
from collections.abc import Sequence
from hashlib import sha256

from django.contrib.auth.hashers import check_password, make_password

from accounts.exceptions import Invalid

LENGTH = 32
ALPHABET = string.ascii_letters + string.digits
# Harbor's rule, for those that people think up.
RULE = re.compile(r"(?=.*[A-Z])(?=.*[a-z])(?=.*[0-9]).{8,128}", re.DOTALL)
# A generated secret has 190 random bits: there is nothing to guess, so one fast hash with salt is enough.
FAST = "generated_sha256"


def generate() -> str:
    """A new secret, that keeps the rule for chosen ones too."""
    while True:
        made = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if RULE.fullmatch(made):
            return made


def check(chosen: str) -> str:
    """The secret, if one may choose it; Invalid otherwise."""
    if not RULE.fullmatch(chosen):
        raise Invalid(
            "a robot's secret has 8 to 128 characters, among them an upper-case and a lower-case letter and a digit"
        )
    return chosen


def keep_generated(secret: str) -> str:
    salt = secrets.token_hex(16)
    return f"{FAST}${salt}${_digest(salt, secret)}"


def keep_chosen(secret: str) -> str:
    """Slowly, as a password: people choose what can be guessed."""
    return make_password(secret)


def which(secret: str, kept: Sequence[str]) -> str | None:
    """The hash, of these, that the secret has. No takes as long as for a password, even of none at all."""
    for each in kept:
        if _matches(secret, each):
            return each
    if all(_is_fast(each) for each in kept):
        make_password(secret)
    return None


def is_generated(secret: str, kept: str) -> bool:
    """Whether this is the secret of that hash, and one that we have generated."""
    if not _is_fast(kept):
        return False
    _, salt, digest = kept.split("$")
    return hmac.compare_digest(_digest(salt, secret), digest)


def _matches(secret: str, kept: str) -> bool:
    return is_generated(secret, kept) or (not _is_fast(kept) and check_password(secret, kept))


def _is_fast(kept: str) -> bool:
    return kept.startswith(f"{FAST}$")


def _digest(salt: str, secret: str) -> str:
    return sha256(f"{salt}${secret}".encode()).hexdigest()
