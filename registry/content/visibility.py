"""Which repositories a principal may see: the same as accounts/standings.py says of each, as one condition on
their rows, however many projects and repositories there are."""

from collections.abc import Iterable

from django.db.models import Q

from accounts import policy, projects
from accounts.principals import Grant, Principal
from accounts.standings import grants

LISTING = "repository:list"
EVERYTHING = Q(pk__isnull=False)
NOTHING = Q(pk=None)


def condition(by: Principal, action: str = LISTING) -> Q:
    """What is true of the repositories in which `by` may do this."""
    allowed = _by_role(by, action)
    if by.limit is not None:
        allowed &= _any(_place(grant) for grant in _with(action, by.limit))
    if action in policy.PUBLIC:
        allowed |= Q(project__is_public=True)
    if by.access is not None:
        allowed &= Q(project__in=projects.visible_to(by).values("pk"))
    return allowed


def _by_role(by: Principal, action: str) -> Q:
    if by.is_sysadmin or (by.is_auditor and policy.is_reading(action)):
        return EVERYTHING
    held = _with(action, grants(by))
    whole = [grant.project_id for grant in held if grant.project_id is not None and not grant.repositories]
    rest = [grant for grant in held if grant.covers_all_projects or grant.repositories]
    return _any([Q(project__in=whole), *(_place(grant) & _named(grant.repositories) for grant in rest)])


def _with(action: str, held: Iterable[Grant]) -> list[Grant]:
    return [grant for grant in held if action in grant.actions]


def _any(conditions: Iterable[Q]) -> Q:
    found = NOTHING
    for each in conditions:
        found |= each
    return found


def _place(grant: Grant) -> Q:
    return EVERYTHING if grant.covers_all_projects else Q(project=grant.project_id)


def _named(pattern: str) -> Q:
    return Q(name__matches_below_project=pattern) if pattern else EVERYTHING
