"""People, projects and tokens, as small as they can validly be."""

import itertools
from collections.abc import Sequence
from functools import cache

from django.contrib.auth.hashers import get_hasher, make_password

from accounts.models import GroupMembership, Member, Project, Robot, RobotGrant, User, UserGroup
from accounts.principals import Principal, of_user
from accounts.tokens import grants, jwt, scopes

PASSWORD = "Correct-Horse-1"
ROBOT_SECRET = "Robots-say-42"

_numbers = itertools.count(1)


def make_user(username: str = "", *, password: str = PASSWORD, is_sysadmin: bool = False) -> User:
    username = username or f"user{next(_numbers)}"
    return User.objects.create(
        username=username,
        email=f"{username}@example.org",
        password=_hash(password, get_hasher().algorithm),
        is_sysadmin=is_sysadmin,
    )


def make_project(name: str = "", *, is_public: bool = False) -> Project:
    return Project.objects.create(name=name or f"project{next(_numbers)}", is_public=is_public)


def add_member(
    project: Project,
    member: User | UserGroup,
    role: int,
    *,
    repositories: str = "",
    tags: str = "",
) -> Member:
    who = {"user": member} if isinstance(member, User) else {"group": member}
    return Member.objects.create(project=project, role_id=role, repositories=repositories, tags=tags, **who)


def make_group(name: str = "", *, members: Sequence[User] = ()) -> UserGroup:
    name = name or f"group{next(_numbers)}"
    dn = f"cn={name},ou=groups,dc=example,dc=org"
    group = UserGroup.objects.create(name=name, ldap_dn=dn, dn_key=dn)
    for user in members:
        GroupMembership.objects.create(user=user, group=group)
    return group


def make_robot(name: str = "", project: Project | None = None, *, secret: str = ROBOT_SECRET) -> Robot:
    """A robot that may do nothing yet: see grant_to."""
    hashed = make_password(secret, hasher="argon2")
    return Robot.objects.create(name=name or f"robot{next(_numbers)}", project=project, secret=hashed)


def grant_to(
    robot: Robot, *actions: str, project: Project | None = None, everywhere: bool = False, **patterns: str
) -> RobotGrant:
    """Let a robot do this: in a project, in all of them, or (neither) in the system."""
    return RobotGrant.objects.create(
        robot=robot, project=project, covers_all_projects=everywhere, actions=list(actions), **patterns
    )


def member_of(project: Project, role: int, *, username: str = "") -> Principal:
    """A new user with this role in the project."""
    user = make_user(username)
    add_member(project, user, role)
    return of_user(user)


def make_principal(username: str = "") -> Principal:
    """A new user who is a member of nothing."""
    return of_user(make_user(username))


def user_of(principal: Principal) -> User:
    return User.objects.get(username=principal.name)


def membership_of(principal: Principal) -> Member:
    return Member.objects.get(user=user_of(principal))


def make_sysadmin(username: str = "") -> Principal:
    return of_user(make_user(username, is_sysadmin=True))


def make_auditor(username: str = "") -> Principal:
    user = make_user(username)
    user.is_auditor = True
    user.save(update_fields=["is_auditor"])
    return of_user(user)


def token_for(principal: Principal, *asked: str) -> str:
    """The registry token that this principal would get for these scopes."""
    return jwt.issue(principal, grants.grant(scopes.parse(asked), to=principal)).token


@cache
def _hash(password: str, algorithm: str) -> str:
    """Hashed once in a run, since each time costs a tenth of a second."""
    return make_password(password, hasher=algorithm)
