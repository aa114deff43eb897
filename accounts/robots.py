"""Robots: making, changing and deleting them, finding one by what it signs in as, and what it is then."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import audit, configuration, last_uses, lifetimes, profiles, projects, robot_grants, robot_secrets
from accounts.exceptions import (
    CredentialsRefused,
    Invalid,
    NotAllowed,
    NotAuthenticated,
    RobotExists,
    RobotUnknown,
)
from accounts.models import Project, Robot, User
from accounts.permissions import may, require
from accounts.principals import Grant, Principal, of_robot

# What a shell leaves alone, in place of the prefix, `$` and `+`. No user can be called so.
ALIAS = "robot~"
LONGEST_NAME = 255
LONGEST_DESCRIPTION = 1024
LONGEST_ROTATION_HOURS = 7 * 24


def name_of(robot: Robot, *, prefix: str | None = None) -> str:
    """What the robot signs in as: `robot$ci`, or `robot$library+ci`."""
    prefix = _prefix() if prefix is None else prefix
    return f"{prefix}{robot.project.name}+{robot.name}" if robot.project else f"{prefix}{robot.name}"


def alias_of(robot: Robot) -> str:
    """The same in characters that no shell minds, whatever the prefix: `robot~library~ci`."""
    return f"{ALIAS}{robot.project.name}~{robot.name}" if robot.project else f"{ALIAS}{robot.name}"


def is_name(username: str) -> bool:
    """Whether this is for a robot to sign in as, and so for no user.

    A prefix such as `ci-` could begin a user's name too: then only the robots that there are count, and the user
    counts first who was there before the prefix was. By the alias the robot gets in."""
    prefix = _prefix()
    if username.startswith(ALIAS):
        return True
    if not username.startswith(prefix):
        return False
    if profiles.FORBIDDEN_IN_NAMES & {*prefix}:
        return True
    return find(username) is not None and not User.objects.filter(username__iexact=username).exists()


def find(username: str) -> Robot | None:
    """The robot that signs in so: `robot$library+ci`, or `robot~library~ci` whatever the prefix is."""
    forms = ((_prefix(), "+"), (ALIAS, "~"))
    for prefix, divider in forms:
        project, _, name = username.removeprefix(prefix).rpartition(divider)
        if username.startswith(prefix) and projects.is_name(name) and (not project or projects.is_name(project)):
            place = Q(project__name=project) if project else Q(project=None)
            return _rows().filter(place, name=name).first()
    return None


def authenticate(username: str, secret: str) -> Principal | None:
    """The robot of this name and secret. What it gets by the secret before the present one, while that still
    counts, ends with it. CredentialsRefused where the secret is right but the robot good for nothing: who
    knows the secret may know why."""
    robot = find(username)
    kept = _live_secrets(robot) if robot else []
    shown = robot_secrets.which(secret, kept)
    if robot is None or shown is None:
        return None
    found = of_robot(robot, name_of(robot))
    if why := _why_not(robot):
        audit.record(found, "login", "user", found.name, succeeded=False, description=why)
        raise CredentialsRefused(f"{found.name} {why}")
    last_uses.note(robot)
    if shown == robot.secret or robot.previous_until is None:
        return found
    return replace(found, expires_at=min(robot.previous_until.timestamp(), found.expires_at or float("inf")))


def shows_generated(username: str, secret: str) -> bool:
    """Whether this is a secret that was generated for the robot: nobody guesses those. Costs no slow hash."""
    robot = find(username)
    return robot is not None and any(robot_secrets.is_generated(secret, each) for each in _live_secrets(robot))


def principal(number: int) -> Principal | None:
    """The robot of this number as it is now, if it is good for anything."""
    robot = _rows().filter(pk=number).first()
    return of_robot(robot, name_of(robot)) if robot and not _why_not(robot) else None


@dataclass(frozen=True)
class Made:
    """A robot with a secret that was set just now: the only time that it is seen."""

    robot: Robot
    secret: str = field(repr=False)


def get(number: int, verb: str = "read", *, by: Principal) -> Robot:
    """The robot, for one who may read it or do this to it. To all others, hidden and absent are the same."""
    robot = _rows().prefetch_related("grants__project").filter(pk=number).first()
    if robot and any(may(by, _action(robot.project, each), robot.project) for each in {verb, "read"}):
        return robot
    if robot is None and may(by, f"system-robot:{verb}", None):
        raise RobotUnknown(f"there is no robot {number}")
    refusal = NotAuthenticated if by.is_anonymous else NotAllowed
    raise refusal(f"robot {number} does not exist, or you may not see it")


@transaction.atomic
def create(
    name: str,
    grants: Sequence[Grant],
    *,
    project: Project | None,
    description: str = "",
    duration_days: int = 0,
    secret: str = "",
    is_disabled: bool = False,
    by: Principal,
) -> Made:
    """Make a robot of a project, or of the system. Without a duration it lasts as long as the setting says,
    with one of -1 for ever; without a secret it gets one."""
    require(by, _action(project, "create"), project)
    _check_name(name, project)
    robot_grants.check(grants, project)
    robot_grants.require_held(by, grants)
    robot = Robot(name=name, project=project, description=_described(description), is_disabled=is_disabled)
    robot.creator_kind, robot.creator_id, robot.creator_name = by.kind, by.id, by.name
    _let_last(robot, timezone.now(), _days(duration_days), by=by)
    shown, robot.secret = _secret(secret)
    _insert(robot)
    robot_grants.replace(robot, grants)
    audit.record(by, "create", "robot", name_of(robot), project, description=robot_grants.told(grants))
    return Made(robot, shown)


@transaction.atomic
def change(
    robot: Robot,
    grants: Sequence[Grant],
    *,
    description: str,
    is_disabled: bool,
    duration_days: int | None = None,
    by: Principal,
) -> None:
    """Set what may change of a robot: its name, level and project stay. A new duration counts from its making;
    without one the old one stays."""
    require(by, _action(robot.project, "update"), robot.project)
    robot = _lock(robot)
    robot_grants.check(grants, robot.project)
    robot_grants.require_held(by, [grant for grant in grants if grant not in robot_grants.of(robot)])
    if duration_days is not None and (days := _days(duration_days)) != robot.duration_days:
        _let_last(robot, robot.created_at, days, by=by)
    robot.description, robot.is_disabled = _described(description), is_disabled
    _save(robot)
    robot_grants.replace(robot, grants)
    told = f"{'disabled' if is_disabled else 'enabled'}; {robot_grants.told(grants)}"
    audit.record(by, "update", "robot", name_of(robot), robot.project, description=told)


@transaction.atomic
def refresh(robot: Robot, secret: str = "", *, keep_old_for_hours: int = 0, by: Principal) -> Made:
    """Give a robot another secret, the given one or a new one. The old one stops at once, or is good for
    some hours more, so that it can be replaced in one place after the other."""
    require(by, _action(robot.project, "update"), robot.project)
    robot = _lock(robot)
    robot_grants.require_held(by, robot_grants.of(robot))  # who knows the secret may do what the robot may
    if not 0 <= keep_old_for_hours <= LONGEST_ROTATION_HOURS:
        raise Invalid(f"an old secret is kept for 0 to {LONGEST_ROTATION_HOURS} hours")
    shown, kept = _secret(secret)
    is_keeping = keep_old_for_hours > 0
    was_rotating = bool(robot.previous_secret)
    robot.previous_secret = robot.secret if is_keeping else ""
    robot.previous_until = timezone.now() + timedelta(hours=keep_old_for_hours) if is_keeping else None
    robot.secret = kept
    # Tokens that were got by a secret that still counts go on being good.
    _save(robot, ends_tokens=was_rotating or not is_keeping)
    kept_for = f", the old one kept for {keep_old_for_hours} hours" if is_keeping else ""
    audit.record(by, "update", "robot", name_of(robot), robot.project, description=f"a new secret{kept_for}")
    return Made(robot, shown)


@transaction.atomic
def delete(robot: Robot, *, by: Principal) -> None:
    require(by, _action(robot.project, "delete"), robot.project)
    name = name_of(robot)
    if not Robot.objects.filter(pk=robot.pk).delete()[0]:
        raise RobotUnknown(f"there is no robot {robot.pk}")
    audit.record(by, "delete", "robot", name, robot.project)


def _let_last(robot: Robot, start: datetime, days: int, *, by: Principal) -> None:
    robot.duration_days, robot.expires_at = days, lifetimes.end(start, days)
    lifetimes.require_within(by, robot.expires_at)


def _insert(robot: Robot) -> None:
    try:
        with transaction.atomic():
            robot.save(force_insert=True)
    except IntegrityError:
        raise RobotExists(f"there is a robot {name_of(robot)} already") from None


def _save(robot: Robot, *, ends_tokens: bool = True) -> None:
    """Write a changed row. Its tokens stop at the next request, for the change may have taken a right away."""
    if ends_tokens:
        robot.authorization_version += 1
    robot.save()


def _lock(robot: Robot) -> Robot:
    """The row as it is now, and stays until this transaction ends."""
    found = _rows().select_for_update(of=("self",)).filter(pk=robot.pk).first()
    if found is None:
        raise RobotUnknown(f"there is no robot {robot.pk}")
    return found


def _action(project: Project | None, verb: str) -> str:
    return f"system-robot:{verb}" if project is None else f"robot:{verb}"


def _check_name(name: str, project: Project | None) -> None:
    whole = name_of(Robot(name=name, project=project))
    if not projects.is_name(name) or len(whole) > LONGEST_NAME:
        raise Invalid(
            "a robot's name has lower-case letters and digits, parted by single '.', '_' or '-', "
            f"and at most {LONGEST_NAME} characters with all that stands before it"
        )
    if User.objects.filter(username=whole).exists():
        raise RobotExists(f"{whole} is what a user signs in as; give the robot another name")


def _days(duration_days: int) -> int:
    """0 is what clients send that leave it to us."""
    return lifetimes.check(duration_days or configuration.number("robot_token_duration"))


def _described(description: str) -> str:
    if len(description) > LONGEST_DESCRIPTION:
        raise Invalid(f"a description has at most {LONGEST_DESCRIPTION} characters")
    return description


def _secret(chosen: str) -> tuple[str, str]:
    """A secret, and what is kept of it: the chosen one, else a new one."""
    if chosen:
        return robot_secrets.check(chosen), robot_secrets.keep_chosen(chosen)
    made = robot_secrets.generate()
    return made, robot_secrets.keep_generated(made)


def _prefix() -> str:
    return configuration.text("robot_name_prefix")


def _rows() -> QuerySet[Robot]:
    return Robot.objects.select_related("project").prefetch_related("grants")


def _why_not(robot: Robot) -> str:
    """Why it may not sign in at all; empty where it may."""
    who = f"a project admin of {robot.project}" if robot.project else "a system admin"
    if robot.is_disabled:
        return f"is disabled; {who} can enable it"
    if robot.expires_at is not None and lifetimes.is_over(robot.expires_at):
        return f"has expired at {lifetimes.told(robot.expires_at)}; {who} can give it more time"
    return ""


def _live_secrets(robot: Robot) -> list[str]:
    is_rotating = robot.previous_secret and robot.previous_until and robot.previous_until > timezone.now()
    return [robot.secret, robot.previous_secret] if is_rotating else [robot.secret]
