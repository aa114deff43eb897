"""People, projects and tokens, as small as they can validly be."""

import itertools
from functools import cache

from django.contrib.auth.hashers import get_hasher, make_password

from accounts.models import Member, Project, Role, User
from accounts.principals import Principal, of_user
from accounts.tokens import grants, jwt, scopes

PASSWORD = "Correct-Horse-1"

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


def add_member(project: Project, user: User, role: Role) -> Member:
    return Member.objects.create(project=project, user=user, role=role)


def member_of(project: Project, role: Role, *, username: str = "") -> Principal:
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


def token_for(principal: Principal, *asked: str) -> str:
    """The registry token that this principal would get for these scopes."""
    return jwt.issue(principal, grants.grant(scopes.parse(asked), to=principal)).token


@cache
def _hash(password: str, algorithm: str) -> str:
    """Hashed once in a run, since each time costs a tenth of a second."""
    return make_password(password, hasher=algorithm)
