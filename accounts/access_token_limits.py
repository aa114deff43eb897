"""What an access token is good for at most: some actions in one project, or in all of them and in the system.

Presets stand for the usual sets. They follow the letters of the permission table."""

from collections.abc import Sequence

from accounts import policy, projects, wording
from accounts.exceptions import Invalid, NotAllowed
from accounts.principals import Grant, Principal

EVERYTHING = "all"


def _in_repositories(letters: str) -> frozenset[str]:
    return frozenset(
        action
        for action, (letter, _) in policy.POLICY.items()
        if action == "project:read" or (policy.lies_in_repositories(action) and letter in letters)
    )


IN_PROJECTS = frozenset(policy.POLICY)
ANYWHERE = IN_PROJECTS | policy.SYSTEM | policy.SIGNED_IN
PRESETS: dict[str, frozenset[str]] = {
    "pull": _in_repositories("RS"),
    "push": _in_repositories("RSW"),
    "read": frozenset(action for action in ANYWHERE if policy.is_reading(action)) | {"repository:pull"},
    EVERYTHING: ANYWHERE,
}


def make(project_name: str, preset: str, actions: Sequence[str], *, by: Principal) -> Grant:
    """One part of a limit: a preset or actions, in a project that `by` sees, or (`*`) wherever `by` may."""
    in_all = project_name == "*"
    possible = ANYWHERE if in_all else IN_PROJECTS
    if bool(preset) is bool(actions):
        raise Invalid(f"a scope has either an access ({wording.listed(PRESETS)}) or a list of actions")
    if preset and preset not in PRESETS:
        raise Invalid(f"an access is one of {wording.listed(PRESETS)}")
    if unknown := frozenset(actions) - possible:
        raise Invalid(f"there is no action {min(unknown)[:64]} {'anywhere' if in_all else 'in a project'}")
    project = None if in_all else projects.get(project_name, by=by)
    return Grant(PRESETS[preset] & possible if preset else frozenset(actions), project.pk if project else None, in_all)


def preset_of(part: Grant) -> str:
    """The preset that this is, if it is one."""
    possible = ANYWHERE if part.covers_all_projects else IN_PROJECTS
    return next((name for name, actions in PRESETS.items() if actions & possible == part.actions), "")


def require_within(by: Principal, limit: Sequence[Grant] | None) -> None:
    """Raise NotAllowed where a token, made with another, would be good for more than that."""
    if by.limit is None:
        return
    if limit is None or not all(_covers(by.limit, part, action) for part in limit for action in part.actions):
        raise NotAllowed(f"{by.via} cannot make a token that is good for more than itself")


def as_json(limit: Sequence[Grant] | None) -> list[dict[str, object]] | None:
    """As the row of the token keeps it."""
    if limit is None:
        return None
    return [{"project_id": part.project_id, "actions": sorted(part.actions)} for part in limit]


def _covers(limit: Sequence[Grant], part: Grant, action: str) -> bool:
    places = [own for own in limit if own.covers_all_projects or own.project_id == part.project_id]
    return any(action in own.actions for own in places)
