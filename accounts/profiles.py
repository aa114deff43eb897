"""What people may be called, and what passwords may be: Harbor's rules."""

import re
import unicodedata

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.exceptions import Invalid

# Harbor's, and the colon, at which HTTP Basic would cut the name.
FORBIDDEN_IN_NAMES = frozenset(',"~#%$:')
# What records and messages call those who are no users.
RESERVED_NAMES = frozenset({"anonymous", "system"})
PASSWORD = re.compile(r"(?=.*[A-Z])(?=.*[a-z])(?=.*[0-9]).{8,128}", re.DOTALL)
LONGEST = 255
LONGEST_COMMENT = 30


def is_name(text: str) -> bool:
    return bool(text) and text == text.strip() and _is_line(text, LONGEST) and not FORBIDDEN_IN_NAMES & {*text}


def check_name(username: str) -> None:
    if not is_name(username) or username in RESERVED_NAMES:
        raise Invalid(f"a user name has 1 to 255 characters, none of {' '.join(sorted(FORBIDDEN_IN_NAMES))}")


def check(email: str, realname: str, comment: str) -> None:
    """Return if somebody may be described so; Invalid otherwise. What is too long is not even looked at."""
    if len(email) > LONGEST or not _is_line(realname, LONGEST):
        raise Invalid("an e-mail address and a real name have at most 255 characters")
    try:
        validate_email(email)
    except ValidationError:
        raise Invalid("this is not an e-mail address") from None
    if not _is_line(comment, LONGEST_COMMENT):
        raise Invalid("a comment has at most 30 characters")


def keep(password: str) -> str:
    """The hash of a new password; Invalid where it is too easy to guess."""
    if len(password) > 128 or not PASSWORD.fullmatch(password):
        raise Invalid(
            "a password has 8 to 128 characters, among them an upper-case and a lower-case letter and a digit"
        )
    return make_password(password)


def _is_line(text: str, longest: int) -> bool:
    """Whether every character can be shown and stored: no control characters, no halves of surrogate pairs."""
    return len(text) <= longest and not any(unicodedata.category(character) in ("Cc", "Cs") for character in text)
