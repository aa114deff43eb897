"""What a token may carry of what is asked for: never more than asked, never more than its bearer may."""

import re
from collections.abc import Sequence

from accounts import projects
from accounts.exceptions import TokenRefused
from accounts.permissions import may
from accounts.principals import Access, Principal
from accounts.standings import standing
from accounts.tokens.scopes import Scope

_PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
REPOSITORY_NAME = re.compile(rf"{_PART}(?:/{_PART})+")
MAX_NAME_LENGTH = 255


def grant(asked: Sequence[Scope], *, to: Principal) -> tuple[Access, ...]:
    """One access for each scope asked for, in their order, perhaps with no actions."""
    if to.access is not None:
        raise TokenRefused("a registry token is no credential to get another with")
    return tuple(_grant_one(scope, to) for scope in asked)


def _grant_one(scope: Scope, to: Principal) -> Access:
    if scope.type == "repository":
        return _grant_repository(scope, to)
    is_catalog = (scope.type, scope.name) == ("registry", "catalog") and "*" in scope.actions
    actions = frozenset("*") if is_catalog and may(to, "system-catalog:read", None) else frozenset[str]()
    return Access(scope.type, scope.name, actions, None, None)


def _grant_repository(scope: Scope, to: Principal) -> Access:
    """The project is named only where something is granted, so that a token tells nothing of what is hidden."""
    nothing = Access(scope.type, scope.name, frozenset(), None, None)
    if len(scope.name) > MAX_NAME_LENGTH or not REPOSITORY_NAME.fullmatch(scope.name):
        return nothing
    project = projects.find(scope.name.partition("/")[0])
    if project is None:
        return nothing
    found = standing(to, project)
    allowed = found.token_actions(scope.name)
    actions = allowed if "*" in scope.actions else allowed & scope.actions
    if not actions:
        return nothing
    return Access(
        scope.type,
        scope.name,
        actions,
        project.pk,
        project.authorization_version,
        is_tag_narrowed=found.is_tag_narrowed(scope.name),
    )
