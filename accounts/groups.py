"""Groups of people: those of the directory, as they are found there, and those that an admin names."""

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts import audit, projects
from accounts.exceptions import GroupExists, GroupUnknown, Invalid, NotAuthenticated
from accounts.identity.directory.connection import connect, is_dn, key_of
from accounts.identity.directory.settings import DirectorySettings
from accounts.models import GroupKind, Project, User, UserGroup
from accounts.permissions import require
from accounts.principals import Principal

LONGEST_NAME = 255


def every(*, by: Principal) -> QuerySet[UserGroup]:
    require(by, "system-user-group:list", None)
    return UserGroup.objects.all()


def called(part: str, *, by: Principal) -> QuerySet[UserGroup]:
    """Groups by a part of their names, for anybody who looks for a member."""
    if by.is_anonymous:
        raise NotAuthenticated("sign in to look for groups")
    return UserGroup.objects.filter(name__icontains=part)


def get(number: int, verb: str = "read", *, by: Principal) -> UserGroup:
    require(by, f"system-user-group:{verb}", None)
    group = UserGroup.objects.filter(pk=number).first()
    if group is None:
        raise GroupUnknown(f"there is no group {number}")
    return group


@transaction.atomic
def create(name: str, kind: int, dn: str = "", *, by: Principal) -> UserGroup:
    """Make a group. One of the directory is known by its DN, which the directory must have."""
    require(by, "system-user-group:create", None)
    if kind not in GroupKind.values:
        raise Invalid("group_type must be 1 (LDAP), 2 (HTTP) or 3 (OIDC)")
    if kind == GroupKind.LDAP:
        return _from_directory(name, dn, by=by)
    if not _is_name(name):
        raise Invalid(f"a group has a name of 1 to {LONGEST_NAME} characters")
    return _save(UserGroup(name=name, kind=kind), by=by)


@transaction.atomic
def rename(group: UserGroup, name: str, *, by: Principal) -> None:
    require(by, "system-user-group:update", None)
    if not _is_name(name):
        raise Invalid(f"a group has a name of 1 to {LONGEST_NAME} characters")
    if UserGroup.objects.select_for_update().filter(pk=group.pk).first() is None:
        raise GroupUnknown(f"the group {group} was deleted a moment ago")
    group.name = name
    try:
        with transaction.atomic():
            group.save(update_fields=["name", "updated_at"])
    except IntegrityError:
        raise GroupExists(f"there is a group {name} already") from None
    audit.record(by, "update", "usergroup", name)


@transaction.atomic
def delete(group: UserGroup, *, by: Principal) -> None:
    """Delete a group; what its members had by it is theirs no more."""
    require(by, "system-user-group:delete", None)
    for project in Project.objects.filter(members__group=group).distinct():
        projects.raise_version(project)
    if not group.delete()[0]:
        raise GroupUnknown(f"the group {group} was deleted a moment ago")
    audit.record(by, "delete", "usergroup", group.name)


def resolve(number: int, name: str, dn: str, kind: int, *, by: Principal) -> UserGroup:
    """The group that somebody wants as a member: by number, else by its DN, else by its name. One of the
    directory that has no row here yet gets one. Invalid where there is none."""
    if number:
        found = UserGroup.objects.filter(pk=number).first()
    elif dn:
        found = UserGroup.objects.filter(dn_key=key_of(dn)).first()
        if found is None and kind in (0, GroupKind.LDAP):
            return _from_directory(name, dn, by=by)
    else:
        found = UserGroup.objects.filter(name=name, kind=kind or GroupKind.LDAP).first()
    if found is None:
        raise Invalid(f"there is no group {number or dn or name}")
    return found


def named(text: str, *, by: Principal) -> UserGroup:
    """The group that somebody means by its name, or by its DN in the directory. Invalid where there is none."""
    if is_dn(text):
        return resolve(0, "", text, GroupKind.LDAP, by=by)
    found = list(UserGroup.objects.filter(name=text)[:2])
    if len(found) > 1:
        raise Invalid(f"there are several groups called {text}; write the DN of the one that you mean")
    if not found:
        raise Invalid(f"there is no group {text[:LONGEST_NAME]} here; one of the directory is found by its DN")
    return found[0]


def members_of(group: UserGroup) -> QuerySet[User]:
    """Who is in the group, as of the last sign-in or refresh of each."""
    return User.objects.filter(group_memberships__group=group).order_by("username")


def _from_directory(name: str, dn: str, *, by: Principal) -> UserGroup:
    """The row of a group of the directory; Invalid where that has no such group."""
    if not is_dn(dn):
        raise Invalid("ldap_group_dn must be the DN of a group of the directory")
    if UserGroup.objects.filter(dn_key=key_of(dn)).exists():
        raise GroupExists(f"there is a group for {dn} already")
    settings = DirectorySettings.now()
    with connect(settings) as connection:
        entry = connection.group(dn)
    if entry is None:
        raise Invalid(f"the directory has no group {dn}, or the group filter does not fit it")
    shown = name if _is_name(name) else entry.first(settings.group_name_attribute) or entry.dn
    return _save(UserGroup(name=shown[:LONGEST_NAME], kind=GroupKind.LDAP, ldap_dn=entry.dn, dn_key=entry.key), by=by)


def _save(group: UserGroup, *, by: Principal) -> UserGroup:
    try:
        with transaction.atomic():
            group.save(force_insert=True)
    except IntegrityError:
        raise GroupExists(f"there is a group {group.name} already") from None
    audit.record(by, "create", "usergroup", group.name)
    return group


def _is_name(name: str) -> bool:
    return 0 < len(name) <= LONGEST_NAME and name.isprintable() and name == name.strip()
