"""Robots: finding one by what it signs in as, and what it is then."""

from dataclasses import replace

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import configuration, last_uses, projects, robot_secrets, users
from accounts.models import Robot
from accounts.principals import Principal, of_robot

# What a shell leaves alone, in place of the prefix, `$` and `+`. No user can be called so.
ALIAS = "robot~"


def name_of(robot: Robot) -> str:
    """What the robot signs in as: `robot$ci`, or `robot$library+ci`."""
    prefix = configuration.get("robot_name_prefix")
    return f"{prefix}{robot.project.name}+{robot.name}" if robot.project else f"{prefix}{robot.name}"


def is_name(username: str) -> bool:
    """Whether this is for a robot to sign in as, and so for no user.

    A prefix such as `ci-` could begin a user's name too: then only the robots that there are count."""
    prefix = str(configuration.get("robot_name_prefix"))
    if username.startswith(ALIAS):
        return True
    if not username.startswith(prefix):
        return False
    return bool(users.FORBIDDEN_IN_NAMES & {*prefix}) or find(username) is not None


def find(username: str) -> Robot | None:
    """The robot that signs in so: `robot$library+ci`, or `robot~library~ci` whatever the prefix is."""
    forms = ((str(configuration.get("robot_name_prefix")), "+"), (ALIAS, "~"))
    for prefix, divider in forms:
        project, _, name = username.removeprefix(prefix).rpartition(divider)
        if username.startswith(prefix) and projects.is_name(name) and (not project or projects.is_name(project)):
            place = Q(project__name=project) if project else Q(project=None)
            return _rows().filter(place, name=name).first()
    return None


def authenticate(username: str, secret: str) -> Principal | None:
    """The robot of this name and secret, if it is good for anything. What it gets by the secret before the
    present one, while that still counts, ends with it."""
    robot = find(username)
    kept = _live_secrets(robot) if robot else []
    shown = robot_secrets.which(secret, kept)
    if robot is None or shown is None:
        return None
    last_uses.note(robot)
    found = of_robot(robot, name_of(robot))
    if shown == robot.secret or robot.previous_until is None:
        return found
    return replace(found, expires_at=min(robot.previous_until.timestamp(), found.expires_at or float("inf")))


def principal(number: int) -> Principal | None:
    """The robot of this number as it is now, if it is good for anything."""
    robot = _rows().filter(pk=number).first()
    return of_robot(robot, name_of(robot)) if robot and _is_good(robot) else None


def _rows() -> QuerySet[Robot]:
    return Robot.objects.select_related("project").prefetch_related("grants")


def _is_good(robot: Robot) -> bool:
    """Whether it may sign in at all: neither disabled nor expired."""
    return not robot.is_disabled and (robot.expires_at is None or robot.expires_at > timezone.now())


def _live_secrets(robot: Robot) -> list[str]:
    if not _is_good(robot):
        return []
    is_rotating = robot.previous_secret and robot.previous_until and robot.previous_until > timezone.now()
    return [robot.secret, robot.previous_secret] if is_rotating else [robot.secret]
