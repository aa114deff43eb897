"""What else decides whether something is done, whatever the role: a registry that is read-only, a full project."""

from collections.abc import Iterator
from dataclasses import replace

from accounts import configuration, policy
from accounts.exceptions import Reason
from accounts.models import Project
from accounts.permissions import Explanation
from registry.rules import quotas

ADDING = ("repository:push", "artifact:create")


def complete(found: Explanation, action: str, project: Project | None) -> Explanation:
    """The explanation of a right, with what else is in the way. Told where the right is there alone, so that
    nobody learns more of a project than they may."""
    if not found.allowed or project is None:
        return found
    ways = [*_read_only(action), *_quota(action, project)]
    blocked = [reason for reason, is_in_the_way in ways if is_in_the_way]
    reasons = (*found.reasons, *(reason for reason, _ in ways))
    if not blocked:
        return replace(found, reasons=reasons)
    return Explanation(allowed=False, reasons=reasons, sentence=f"{blocked[0].subject} {blocked[0].says}")


def _read_only(action: str) -> Iterator[tuple[Reason, bool]]:
    is_change = policy.POLICY[action][0] in "WD" if action in policy.POLICY else False
    if is_change and policy.lies_in_repositories(action) and configuration.flag("read_only"):
        yield Reason("the registry", "is read-only, so pushes and deletions are refused"), True


def _quota(action: str, project: Project) -> Iterator[tuple[Reason, bool]]:
    if action not in ADDING:
        return
    usage = quotas.of(project)
    if usage.hard < 0 or not quotas.are_enforced():
        return
    says = f"holds {quotas.told(usage.used)} of {quotas.told(usage.hard)}"
    yield Reason(f"project {project}", says), usage.used >= usage.hard
