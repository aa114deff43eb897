"""Robots: finding one by what it signs in as, and what it is then."""

from accounts import configuration
from accounts.models import Robot
from accounts.principals import Principal, of_robot

# What a shell leaves alone, in place of the prefix, `$` and `+`. No user can be called so.
ALIAS = "robot~"


def name_of(robot: Robot) -> str:
    """What the robot signs in as: `robot$ci`, or `robot$library+ci`."""
    prefix = configuration.get("robot_name_prefix")
    return f"{prefix}{robot.project.name}+{robot.name}" if robot.project else f"{prefix}{robot.name}"


def principal(number: int) -> Principal | None:
    """The robot of this number as it is now, if it is good for anything."""
    robot = Robot.objects.filter(pk=number, is_disabled=False).select_related("project").first()
    return of_robot(robot, name_of(robot)) if robot else None
