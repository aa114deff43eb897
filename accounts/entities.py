"""Who a project is told to take as a member: the user or the group that a request names."""

from accounts import groups, users
from accounts.exceptions import Invalid
from accounts.identity import directories
from accounts.models import User, UserGroup
from accounts.principals import Principal


def user(number: int, name: str) -> User:
    """By number where there is one, else by name; somebody of the directory who was never here gets a row."""
    if not number and not name:
        raise Invalid("member_user must have a user_id or a username")
    found = User.objects.filter(pk=number).first() if number else users.find(name) or directories.find(name)
    if found is None:
        raise Invalid(f"there is no user {number or name}")
    return found


def group(number: int, name: str, dn: str, kind: int, *, by: Principal) -> UserGroup:
    """By number where there is one, else by the directory's name for it, else by ours."""
    if not (number or name or dn):
        raise Invalid("member_group must have an id, a group_name or an ldap_group_dn")
    return groups.resolve(number, name, dn, kind, by=by)
