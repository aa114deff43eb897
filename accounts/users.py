"""People: making, describing, disabling and deleting them, their passwords, and who is a system admin."""

from django.contrib.auth.hashers import check_password
from django.core.management.color import no_style
from django.db import IntegrityError, connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts import audit, configuration, lock_out, profiles, robots
from accounts.exceptions import CredentialsRefused, Invalid, NotAllowed, NotAuthenticated, UserExists, UserUnknown
from accounts.models import User
from accounts.permissions import may, require
from accounts.principals import SYSTEM, Principal

LOCAL = "local"
"""The identity source of those whose password lies in our own database."""


def find(username: str) -> User | None:
    return User.objects.filter(username=username).first() if profiles.is_name(username) else None


def every(*, by: Principal) -> QuerySet[User]:
    require(by, "system-user:list", None)
    return User.objects.all()


def called(part: str, *, by: Principal) -> QuerySet[User]:
    """Users by a part of their names, for everybody who is signed in: whoever adds a member needs to find them."""
    if not may(by, "system-user:list", None):
        require(by, "user:search", None)
    return User.objects.filter(username__icontains=part).order_by("username", "pk")


def get(number: int, verb: str = "read", *, by: Principal) -> User:
    """The user of this number: oneself, or anybody for those who may do this to users. To all others the
    numbers that are taken look like those that are not."""
    if number != by.user_id:
        require(by, f"system-user:{verb}", None)
    user = User.objects.filter(pk=number).first()
    if user is None:
        raise UserUnknown(f"there is no user {number}")
    return user


@transaction.atomic
def create(username: str, email: str, password: str, realname: str = "", comment: str = "", *, by: Principal) -> User:
    """Make a user, who is no system admin."""
    require(by, "system-user:create", None)
    return _create(username, email, password, realname, comment, by=by)


@transaction.atomic
def register(username: str, email: str, password: str, realname: str = "", comment: str = "", *, by: Principal) -> User:
    """Make an account for oneself, where the settings let people do so."""
    if not configuration.flag("self_registration"):
        raise NotAuthenticated("people do not make accounts for themselves here: ask a system admin")
    return _create(username, email, password, realname, comment, by=by)


def make_first_admin(password: str) -> User:
    """Make `admin`, number 1, a system admin. Only where there is no user at all: else UserExists."""
    admin = User(pk=1, username="admin", realname="system admin", is_sysadmin=True, password=profiles.keep(password))
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
def describe(user: User, *, email: str, realname: str = "", comment: str = "", by: Principal) -> None:
    """Change what is known of somebody. Of people of a directory, the directory knows better."""
    _require_own_or_system(user, by=by)
    _refuse_unless_local(user)
    profiles.check(email, realname, comment)
    try:
        with transaction.atomic():
            _change(user, raises_version=False, email=email, realname=realname, comment=comment)
    except IntegrityError:
        raise Invalid(f"another user has the address {email}") from None
    audit.record(by, "update", "user", user.username, description="a new profile")


@transaction.atomic
def disable(user: User, *, by: Principal) -> None:
    """End the user's rights at the next request, whatever tokens and sessions are about."""
    require(by, "system-user:update", None)
    _refuse_if_last_admin(user)
    _change(user, is_active=False)
    audit.record(by, "update", "user", user.username, description="disabled")


@transaction.atomic
def enable(user: User, *, by: Principal) -> None:
    require(by, "system-user:update", None)
    _change(user, is_active=True)
    audit.record(by, "update", "user", user.username, description="enabled")


@transaction.atomic
def delete(user: User, *, by: Principal) -> None:
    """End somebody's account, with all memberships and access tokens. Numbers are never given again."""
    require(by, "system-user:delete", None)
    if user.pk == by.user_id:
        raise NotAllowed("nobody deletes their own account")
    _refuse_if_last_admin(user)
    audit.record(by, "delete", "user", user.username)
    if not user.delete()[0]:
        raise UserUnknown(f"the user {user} was deleted a moment ago")


@transaction.atomic
def set_sysadmin(user: User, is_sysadmin: bool, *, by: Principal) -> None:  # noqa: FBT001 (the one thing it sets)
    _require_person(by)
    if not is_sysadmin:
        _refuse_if_last_admin(user)
    _change(user, is_sysadmin=is_sysadmin)
    told = "made a system admin" if is_sysadmin else "no system admin any more"
    audit.record(by, "update", "user", user.username, description=told)


@transaction.atomic
def set_auditor(user: User, is_auditor: bool, *, by: Principal) -> None:  # noqa: FBT001 (the one thing it sets)
    """Let somebody read everything in the system, and change nothing of it."""
    _require_person(by)
    _change(user, is_auditor=is_auditor)
    told = "made an auditor" if is_auditor else "no auditor any more"
    audit.record(by, "update", "user", user.username, description=told)


def set_password(user: User, password: str, *, current: str = "", by: Principal) -> None:
    """Change a password: one's own by giving the current one, another's as a system admin."""
    if by.user_id == user.pk:
        require(by, "self:update", None)
        _refuse_unless_local(user)
        _check_current(user, current)
    else:
        _require_person(by)
        _refuse_unless_local(user)
    if check_password(password, user.password):
        raise Invalid("the new password is the old one")
    kept = profiles.keep(password)
    with transaction.atomic():
        _change(user, password=kept)
        audit.record(by, "update", "user", user.username, description="a new password")


def _create(username: str, email: str, password: str, realname: str, comment: str, *, by: Principal) -> User:
    profiles.check_name(username)
    profiles.check(email, realname, comment)
    if robots.find(username):
        raise UserExists(f"a robot signs in as {username}")
    kept = profiles.keep(password)
    user = User(username=username, email=email, realname=realname, comment=comment, password=kept)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        raise UserExists(f"a user named {username}, or with the address {email}, exists already") from None
    audit.record(by, "create", "user", username)
    return user


def _check_current(user: User, current: str) -> None:
    """Whoever found a session open must not guess the password here any faster than at sign-in."""
    address = audit.circumstances().client_address
    lock_out.check(user.username, address)
    if not check_password(current, user.password):
        lock_out.count_failure(user.username, address)
        raise CredentialsRefused("the current password is wrong")


def _require_own_or_system(user: User, *, by: Principal) -> None:
    require(by, "self:update" if by.user_id == user.pk else "system-user:update", None)


def _require_person(by: Principal) -> None:
    """What would let a robot, or a token that was made for less, get more than it has: only system admins
    themselves do it."""
    require(by, "system-user:update", None)
    if not by.is_sysadmin or by.limit is not None:
        raise NotAllowed(f"{by.name} may not do this with what it signs in by: only a system admin in person may")


def _refuse_unless_local(user: User) -> None:
    if user.source != LOCAL:
        raise NotAllowed(f"{user} is known by the directory ({user.source}), so that is where this is changed")


def _refuse_if_last_admin(user: User) -> None:
    """There is always a system admin of our own who can sign in, whatever happens to a directory. The rows
    are held until the change is made, so that two who go at once do not both go."""
    able = User.objects.select_for_update().filter(is_sysadmin=True, is_active=True, source=LOCAL)
    if [each.pk for each in able.order_by("pk")] == [user.pk]:
        raise NotAllowed(f"{user} is the last system admin; make another one first")


def _change(user: User, *, raises_version: bool = True, **changed: str | bool) -> None:
    """Change a row. A higher authorization version ends all older tokens, sessions and remembered credentials."""
    version = F("authorization_version") + int(raises_version)
    row = User.objects.filter(pk=user.pk)
    if not row.update(authorization_version=version, updated_at=timezone.now(), **changed):
        raise UserUnknown(f"the user {user} was deleted a moment ago")
    user.refresh_from_db()
