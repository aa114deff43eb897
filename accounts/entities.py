"""Who a project is told to take as a member: the user or the group that a request names."""

from accounts import users
from accounts.exceptions import Invalid
from accounts.models import GroupKind, User, UserGroup


def user(number: int, name: str) -> User:
    """By number where there is one, else by name."""
    if not number and not name:
        raise Invalid("member_user must have a user_id or a username")
    found = User.objects.filter(pk=number).first() if number else users.find(name)
    if found is None:
        raise Invalid(f"there is no user {number or name}")
    return found


def group(number: int, name: str, dn: str, kind: int) -> UserGroup:
    """By number where there is one, else by the directory's name for it, else by ours."""
    if not (number or name or dn):
        raise Invalid("member_group must have an id, a group_name or an ldap_group_dn")
    if number:
        found = UserGroup.objects.filter(pk=number)
    elif dn:
        found = UserGroup.objects.filter(dn_key=dn.lower())
    else:
        found = UserGroup.objects.filter(name=name, kind=kind or GroupKind.LDAP)
    first = found.first()
    if first is None:
        raise Invalid(f"there is no group {number or dn or name}")
    return first
