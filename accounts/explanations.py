"""Why somebody may, or may not, do something: asked before it is tried, for oneself or about others."""

from dataclasses import dataclass, replace

from accounts import policy, robots, users
from accounts.exceptions import Invalid, Reason, RobotUnknown, UserUnknown
from accounts.models import Project, User
from accounts.permissions import Explanation, explain, may, require, sees
from accounts.principals import ANONYMOUS, Principal, of_user
from accounts.principals import of_robot as of_principal


@dataclass(frozen=True)
class Subject:
    """Whom a question is about, and what is to be known of the account itself."""

    principal: Principal
    reasons: tuple[Reason, ...] = ()
    is_disabled: bool = False


def check_action(action: str) -> None:
    try:
        policy.check_known(action)
    except KeyError:
        raise Invalid(f"there is no action {action[:64]!r}; /api/v2.0/roles lists those in projects") from None


def require_asking(by: Principal, action: str, project: Project | None, *, named: str) -> None:
    """Return if `by` may ask about others: whoever reads the log of the system, or the log and the members of
    the project that is asked about. `named` is what that was called, whether it exists or not."""
    if may(by, "system-audit-log:list", None):
        return
    if action not in policy.POLICY:
        require(by, "system-audit-log:list", None)
    for needed in ("log:list", "member:list"):
        require(by, needed, project, repository="" if project else named)


def oneself(by: Principal) -> Subject:
    found = User.objects.filter(pk=by.user_id).first() if by.user_id is not None else None
    return Subject(by, (_of_user(found),) if found else ())


def of_somebody(username: str) -> Subject:
    user = users.find(username)
    if user is None:
        raise UserUnknown(f"there is no user {username[:255]}")
    return Subject(of_user(user), (_of_user(user),), is_disabled=not user.is_active)


def of_robot(name: str, project: Project | None, *, by: Principal) -> Subject:
    """The robot of this name: any, for those who see all of them; else one that has rights in the project."""
    robot = robots.find(name)
    granted = robot is not None and robot.grants.filter(project=project).exists()
    if robot is None or not (granted or may(by, "system-robot:read", None)):
        raise RobotUnknown(f"there is no robot {name[:255]}")
    return Subject(of_principal(robot, robots.name_of(robot)), is_disabled=robots.principal(robot.pk) is None)


def of_nobody() -> Subject:
    return Subject(ANONYMOUS)


def answer(
    subject: Subject,
    action: str,
    project: Project | None,
    *,
    repository: str = "",
    tag: str | None = None,
    by: Principal,
) -> Explanation:
    """Whether the subject may do this, told to `by`: nothing of a project that both do not see."""
    found = explain(subject.principal, action, project, repository=repository, tag=tag)
    chain = [*subject.reasons, *found.reasons]
    if project is not None and not sees(subject.principal, project) and sees(by, project):
        chain.insert(-1, Reason(project.name, "no member, and it is not public"))
    if subject.is_disabled:
        chain.append(Reason(subject.principal.name, "is disabled or has expired, and may do nothing"))
        sentence = found.sentence or f"{subject.principal.name} may not sign in"
        return replace(found, allowed=False, reasons=tuple(chain), sentence=sentence)
    return replace(found, reasons=tuple(chain))


def _of_user(user: User) -> Reason:
    says = f"user of the source {user.source}"
    if user.is_sysadmin_by_group and not user.is_sysadmin:
        says += ", system admin by a group there"
    return Reason(user.username, says)
