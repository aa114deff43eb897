"""Home: what somebody works on, what it comes to over time, and what needs attention."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils import timezone

from accounts import configuration, favourites, projects, robots
from accounts.audit_log import recent
from accounts.models import Robot
from accounts.permissions import may
from accounts.principals import Principal
from accounts.standings import standings
from console import job_words
from console.pages.base import PageRequest, page, render
from registry.content import daily
from registry.content.daily import Day
from registry.upkeep import attention
from registry.upkeep.checkup import checkup

MOST_PROJECTS = 8
DAYS = 30


@page
def show(request: PageRequest) -> HttpResponse:
    by = request.principal
    needed = attention.needed(by=by)
    sees_all = may(by, "system-quota:list", None)
    days = _days(by, sees_all=sees_all)
    context = {
        "visits": recent.visits(by, MOST_PROJECTS),
        "favourites": favourites.of(by).order_by("name")[:MOST_PROJECTS],
        "attention": needed,
        "failed": [(job, job_words.of_kind(job.kind)) for job in needed.jobs],
        "robots": _robots(needed.robots),
        "days": days,
        "is_measured": any(day.size is not None for day in days),
        "sees_all": sees_all,
        "problems": [problem for problem in checkup.problems().values() if problem],
    }
    return render(request, "home/show.html", context)


@dataclass(frozen=True)
class ShownRobot:
    robot: Robot
    name: str
    is_expired: bool


def _robots(found: Sequence[Robot]) -> list[ShownRobot]:
    now, prefix = timezone.now(), configuration.text("robot_name_prefix") if found else ""
    return [
        ShownRobot(robot, robots.name_of(robot, prefix=prefix), robot.expires_at is not None and robot.expires_at < now)
        for robot in found
    ]


def _days(by: Principal, *, sees_all: bool) -> list[Day]:
    """Of all projects for those who may see what each holds, else of those that are theirs and hide nothing from
    them."""
    if sees_all:
        return daily.everywhere(DAYS)
    mine = standings(by, projects.visible_to(by).filter(pk__in=projects.joined_by(by).values("pk")))
    return daily.of_projects([number for number, held in mine.items() if not held.is_narrowed], DAYS)
