"""What a robot may be given, and by whom: nobody gives what they do not have themselves at that moment."""

from collections.abc import Iterable, Mapping, Sequence

from accounts import patterns, policy, wording
from accounts.exceptions import Invalid, NotAllowed, NotAuthenticated, ProjectUnknown
from accounts.models import Member, Project, Robot, RobotGrant, Role
from accounts.permissions import may
from accounts.principals import Grant, Principal
from accounts.standings import Standing, memberships, standings

IN_SYSTEM = frozenset(f"system-{resource}:{verb}" for resource, verbs in policy.ROBOT_SYSTEM.items() for verb in verbs)
IN_PROJECTS = frozenset(f"{resource}:{verb}" for resource, verbs in policy.ROBOT_PROJECT.items() for verb in verbs)
# Harbor lets robots have it, but gives it to no role: whoever reads the metadata of a project lists them.
SAME = {"metadata:list": "metadata:read"}


def of(robot: Robot) -> list[Grant]:
    return [
        Grant(frozenset(row.actions), row.project_id, row.covers_all_projects, row.repositories, row.tags)
        for row in robot.grants.all()
    ]


def replace(robot: Robot, grants: Iterable[Grant]) -> None:
    robot.grants.all().delete()
    RobotGrant.objects.bulk_create(
        RobotGrant(
            robot=robot,
            project_id=grant.project_id,
            covers_all_projects=grant.covers_all_projects,
            actions=sorted(grant.actions),
            repositories=grant.repositories,
            tags=grant.tags,
        )
        for grant in grants
    )


def told(grants: Iterable[Grant]) -> str:
    """Grants in a few words, for the audit log."""
    parts = []
    for grant in grants:
        place = "in all projects" if grant.covers_all_projects else "in the system"
        place = f"in project {grant.project_id}" if grant.project_id is not None else place
        narrowing = wording.narrowed([grant])
        actions = wording.listed([action.removeprefix("system-") for action in grant.actions])
        parts.append(f"{actions} {place}{f' {narrowing}' if narrowing else ''}")
    return "may " + "; ".join(parts)


def check(grants: Sequence[Grant], project: Project | None) -> None:
    """Refuse what no robot of this level may have, whoever asks."""
    if not grants or not all(grant.actions for grant in grants):
        raise Invalid("a robot needs permissions, and each of them at least one access")
    for grant in grants:
        is_in_system = grant.project_id is None and not grant.covers_all_projects
        if project is not None and grant.project_id != project.pk:
            raise Invalid("a robot of the project level may have permissions in its own project only")
        if unknown := grant.actions - (IN_SYSTEM if is_in_system else IN_PROJECTS):
            place = "in the system" if is_in_system else "in a project"
            name = min(unknown).removeprefix("system-")[:64]
            raise Invalid(f"no robot may have {name} {place}; GET /permissions lists what it may have")
        patterns.check(grant.repositories)
        patterns.check(grant.tags)


def givable_by(by: Principal) -> dict[str, dict[str, tuple[str, ...]]]:
    """What robots may be given at each level, for those who make some; of the system only for its own.

    Raises NotAllowed, or NotAuthenticated, for whoever makes none anywhere."""
    if by.is_auditor or may(by, "system-robot:create", None):
        return {"system": policy.ROBOT_SYSTEM, "project": policy.ROBOT_PROJECT}
    roles = Role.objects.filter(memberships__in=Member.objects.filter(memberships(by))).distinct()
    held = [policy.actions_of(role) for role in roles] + [grant.actions for grant in by.grants]
    if any("robot:create" in actions for actions in held):
        return {"system": {}, "project": policy.ROBOT_PROJECT}
    raise (NotAuthenticated if by.is_anonymous else NotAllowed)("what robots may be given is for those who make them")


def require_held(by: Principal, grants: Sequence[Grant]) -> None:
    """Raise NotAllowed where `by` would give away more than it has itself, by role or grant and credential."""
    named = {grant.project_id for grant in grants if grant.project_id is not None}
    found = standings(by, Project.objects.filter(pk__in=named))
    if named - found.keys():
        raise ProjectUnknown("a project that the robot should have permissions in was deleted a moment ago")
    for grant in grants:
        for action in sorted(grant.actions):
            if not any(_is_held(by, grant, each, found) for each in {action, SAME.get(action, action)}):
                raise NotAllowed(
                    f"{by.name} may not let a robot do more than {by.name} may, and "
                    f"{action.removeprefix('system-')} is more; ask for less, or let somebody who may do that"
                )


def _is_held(by: Principal, wanted: Grant, action: str, found: Mapping[int, Standing]) -> bool:
    if wanted.project_id is not None:
        return _holds(found[wanted.project_id], action, wanted)
    if not wanted.covers_all_projects:
        return may(by, action, None)
    everywhere = [grant for grant in by.grants if grant.covers_all_projects]
    limit = by.limit if by.limit is None else [grant for grant in by.limit if grant.covers_all_projects]
    is_within = limit is None or any(action in grant.actions for grant in limit)
    return is_within and (by.is_sysadmin or _gives(everywhere, action, wanted))


def _holds(found: Standing, action: str, wanted: Grant) -> bool:
    if found.limit is not None and action not in found.limit:
        return False
    return found.is_sysadmin or _gives((held.grant for held in found.held), action, wanted)


def _gives(own: Iterable[Grant], action: str, wanted: Grant) -> bool:
    """Whether one of these has the action, and is narrowed to no less than is wanted."""
    return any(
        action in grant.actions and grant.repositories in ("", wanted.repositories) and grant.tags in ("", wanted.tags)
        for grant in own
    )
