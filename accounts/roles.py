"""Roles: the five built-in ones, which are locked, and those that system admins make of actions."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import F, Max, ProtectedError, QuerySet

from accounts import audit, policy, wording
from accounts.exceptions import Invalid, NotAllowed, RoleExists, RoleInUse, RoleLocked, RoleUnknown
from accounts.models import BuiltIn, Project, Role
from accounts.models.role import FIRST_CUSTOM_ROLE
from accounts.permissions import require
from accounts.principals import Principal
from accounts.robot_grants import IN_PROJECTS
from accounts.standings import Standing, standing

LONGEST_NAME = 64
LONGEST_DESCRIPTION = 255


def every(*, by: Principal) -> QuerySet[Role]:
    require(by, "role:list", None)
    return Role.objects.all()


def get(number: int) -> Role:
    found = Role.objects.filter(pk=number).first() if number >= 0 else None
    if found is None:
        raise RoleUnknown(f"there is no role {number}")
    return found


def givable(number: int, project: Project, *, by: Principal) -> Role:
    """The role, for one who gives it to somebody: nobody gives what they may not do themselves in all of the
    project. What no robot can be given is not asked of a robot."""
    try:
        role = get(number)
    except RoleUnknown as refusal:
        raise Invalid(f"role_id: {refusal}") from None
    if lacking := _beyond(role, standing(by, project), by):
        raise NotAllowed(
            f"{by.name} may not give the role {role} in project {project}, since it allows more than {by.name} "
            f"may do there: {wording.listed(lacking)}"
        )
    return role


def all_givable(project: Project, *, by: Principal) -> list[Role]:
    """The roles that `by` may give in the project: the built-in ones, the one that may most first, then the others."""
    own = standing(by, project)
    found = {role.pk: role for role in Role.objects.order_by("name") if not _beyond(role, own, by)}
    built_in = [found.pop(number) for number in policy.ORDER if number in found]
    return [*built_in, *found.values()]


def _beyond(role: Role, own: Standing, by: Principal) -> set[str]:
    """What the role allows that whoever gives it may not do."""
    wanted = policy.actions_of(role)
    if by.kind == "robot":
        wanted &= IN_PROJECTS
    return {action for action in wanted if not own.allows_throughout(action)}


@transaction.atomic
def create(name: str, description: str, actions: Iterable[str], *, by: Principal) -> Role:
    require(by, "system-role:create", None)
    wanted = _checked(name, description, actions)
    # Whoever makes another role at this moment waits here, so that they do not take the same number.
    Role.objects.select_for_update().get(pk=BuiltIn.PROJECT_ADMIN)
    last: int = Role.objects.aggregate(last=Max("pk"))["last"]
    role = Role(pk=max(last + 1, FIRST_CUSTOM_ROLE), name=name, description=description, actions=wanted)
    _save(role, is_new=True)
    audit.record(by, "create", "role", f"{role}: {', '.join(wanted)}")
    return role


@transaction.atomic
def change(role: Role, name: str, description: str, actions: Iterable[str], *, by: Principal) -> None:
    """What the role allows from the next request on, to all who have it."""
    require(by, "system-role:update", None)
    _require_custom(role)
    if Role.objects.select_for_update().filter(pk=role.pk).first() is None:
        raise RoleUnknown(f"the role {role} was deleted a moment ago")
    role.name, role.description, role.actions = name, description, _checked(name, description, actions)
    _save(role)
    having = Project.objects.filter(members__role=role)
    Project.objects.filter(pk__in=having.values("pk")).update(authorization_version=F("authorization_version") + 1)
    audit.record(by, "update", "role", f"{role}: {', '.join(role.actions)}")


@transaction.atomic
def delete(role: Role, *, by: Principal) -> None:
    require(by, "system-role:delete", None)
    _require_custom(role)
    try:
        with transaction.atomic():
            is_gone = not role.delete()[0]
    except (ProtectedError, IntegrityError):  # the latter where somebody gets it at this very moment
        raise RoleInUse(f"somebody has the role {role}; give them another one first") from None
    if is_gone:
        raise RoleUnknown(f"the role {role} was deleted a moment ago")
    audit.record(by, "delete", "role", role.name)


def _save(role: Role, *, is_new: bool = False) -> None:
    try:
        with transaction.atomic():
            role.save(force_insert=is_new)
    except IntegrityError:
        raise RoleExists(f"a role {role} exists already") from None


def _checked(name: str, description: str, actions: Iterable[str]) -> list[str]:
    """The actions in their order; Invalid where no role can be so."""
    if not (0 < len(name) <= LONGEST_NAME and name.isprintable() and name == name.strip()):
        raise Invalid(f"the name of a role has 1 to {LONGEST_NAME} characters, and no spaces around them")
    if len(description) > LONGEST_DESCRIPTION or "\0" in description:
        raise Invalid(f"a description has at most {LONGEST_DESCRIPTION} characters")
    wanted = {*actions}
    if not wanted:
        raise Invalid("a role allows one action at least")
    if unknown := sorted(wanted - policy.POLICY.keys()):
        raise Invalid(f"there is no action {unknown[0][:64]} in projects; the built-in roles list them all")
    return sorted(wanted)


def _require_custom(role: Role) -> None:
    if role.is_built_in:
        raise RoleLocked(f"{role} is a built-in role: it stays as it is")
