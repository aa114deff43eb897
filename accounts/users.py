"""People: making, disabling and re-enabling them, and their passwords."""

import re
import unicodedata

from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ValidationError
from django.core.management.color import no_style
from django.core.validators import validate_email
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from accounts import audit
from accounts.exceptions import CredentialsRefused, Invalid, UserExists
from accounts.models import User
from accounts.permissions import require
from accounts.principals import SYSTEM, Principal

# Harbor's, and the colon, at which HTTP Basic would cut the name.
FORBIDDEN_IN_NAMES = frozenset(',"~#%$:')
# What records and messages call those who are no users.
RESERVED_NAMES = frozenset({"anonymous", "system"})
PASSWORD = re.compile(r"(?=.*[A-Z])(?=.*[a-z])(?=.*[0-9]).{8,128}", re.DOTALL)


def find(username: str) -> User | None:
    return User.objects.filter(username=username).first() if _is_name(username) else None


@transaction.atomic
def create(username: str, email: str, password: str, realname: str = "", comment: str = "", *, by: Principal) -> User:
    """Make a user, who is no system admin."""
    require(by, "system-user:create", None)
    _check_profile(username, email, realname, comment)
    user = User(username=username, email=email, realname=realname, comment=comment, password=_hash(password))
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        raise UserExists(f"a user named {username}, or with the address {email}, exists already") from None
    audit.record(by, "create", "user", username)
    return user


def make_first_admin(password: str) -> User:
    """Make `admin`, number 1, a system admin. Only where there is no user at all: else UserExists."""
    admin = User(pk=1, username="admin", realname="system admin", is_sysadmin=True, password=_hash(password))
    with transaction.atomic():
        if User.objects.exists():
            raise UserExists("there are users already, so there is no first admin to make")
        try:
            with transaction.atomic():
                admin.save(force_insert=True)
        except IntegrityError:
            raise UserExists("another process made the first admin at this moment") from None
        with connection.cursor() as cursor:  # PostgreSQL does not see that number 1 is taken
            for statement in connection.ops.sequence_reset_sql(no_style(), [User]):
                cursor.execute(statement)
        audit.record(SYSTEM, "create", "user", admin.username)
    return admin


@transaction.atomic
def disable(user: User, *, by: Principal) -> None:
    """End the user's rights at the next request, whatever tokens are about."""
    require(by, "system-user:update", None)
    _update(user, is_active=False)
    audit.record(by, "update", "user", user.username, description="disabled")


@transaction.atomic
def enable(user: User, *, by: Principal) -> None:
    require(by, "system-user:update", None)
    _update(user, is_active=True)
    audit.record(by, "update", "user", user.username, description="enabled")


@transaction.atomic
def set_sysadmin(user: User, is_sysadmin: bool, *, by: Principal) -> None:  # noqa: FBT001 (the one thing it sets)
    require(by, "system-user:update", None)
    _update(user, is_sysadmin=is_sysadmin)
    told = "made a system admin" if is_sysadmin else "no system admin any more"
    audit.record(by, "update", "user", user.username, description=told)


@transaction.atomic
def set_password(user: User, password: str, *, current: str = "", by: Principal) -> None:
    """Change a password: one's own by giving the current one, another's as a system admin."""
    if by.id == user.pk:
        require(by, "self:update", None)
        if not check_password(current, user.password):
            raise CredentialsRefused("the current password is wrong")
    else:
        require(by, "system-user:update", None)
    if check_password(password, user.password):
        raise Invalid("the new password is the old one")
    _update(user, password=_hash(password))
    audit.record(by, "update", "user", user.username, description="a new password")


def _update(user: User, **changed: str | bool) -> None:
    """Change a row and raise its authorization version, so that no older token or cached credential counts."""
    User.objects.filter(pk=user.pk).update(authorization_version=F("authorization_version") + 1, **changed)
    user.refresh_from_db()


def _hash(password: str) -> str:
    if not PASSWORD.fullmatch(password):
        raise Invalid(
            "a password has 8 to 128 characters, among them an upper-case and a lower-case letter and a digit"
        )
    return make_password(password)


def _check_profile(username: str, email: str, realname: str, comment: str) -> None:
    if not _is_name(username) or username in RESERVED_NAMES:
        raise Invalid(f"a user name has 1 to 255 characters, none of {' '.join(sorted(FORBIDDEN_IN_NAMES))}")
    try:
        validate_email(email)
    except ValidationError:
        raise Invalid("this is not an e-mail address") from None
    if len(email) > 255 or not _is_line(realname, 255):
        raise Invalid("an e-mail address and a real name have at most 255 characters")
    if not _is_line(comment, 30):
        raise Invalid("a comment has at most 30 characters")


def _is_name(text: str) -> bool:
    return bool(text) and text == text.strip() and _is_line(text, 255) and not FORBIDDEN_IN_NAMES & {*text}


def _is_line(text: str, longest: int) -> bool:
    """Whether every character can be shown and stored: no control characters, no halves of surrogate pairs."""
    return len(text) <= longest and not any(unicodedata.category(character) in ("Cc", "Cs") for character in text)
