"""Robots, made as their makers make them."""

from collections.abc import Sequence
from typing import Any

from accounts import robots, sign_in
from accounts.models import Project, Robot
from accounts.principals import SYSTEM, Grant, Principal
from accounts.robots import Made


def grant(project: Project | None, *actions: str, **more: Any) -> Grant:
    return Grant(frozenset(actions or {"repository:pull"}), project.pk if project else None, **more)


def everywhere(*actions: str) -> Grant:
    return Grant(frozenset(actions), covers_all_projects=True)


def make(project: Project | None, *actions: str, by: Principal = SYSTEM, name: str = "ci", **more: Any) -> Made:
    return robots.create(name, [grant(project, *actions)], project=project, by=by, **more)


def signed_in(made: Made) -> Principal:
    return sign_in.with_password(robots.name_of(made.robot), made.secret)


def change(robot: Robot, grants: Sequence[Grant], *, by: Principal = SYSTEM, **changed: Any) -> None:
    fields: dict[str, Any] = {
        "description": "",
        "duration_days": robot.duration_days,
        "is_disabled": robot.is_disabled,
    } | changed
    robots.change(robot, grants, by=by, **fields)
