"""Robots of the system and of projects: accounts for programs, with a secret that is shown once."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts import configuration, policy, projects, robot_grants, robots
from accounts.exceptions import NotAuthenticated, Refusal, RobotExists, RobotUnknown
from accounts.models import Project, Robot
from accounts.permissions import may, require
from accounts.principals import Principal
from accounts.standings import standing
from console import navigation
from console.forms.robots import RobotForm, SecretForm, grid, initial_of
from console.pages.base import PageRequest, add_refusal, page, redirect, render
from console.pages.listing import Column, Listing, moment
from console.pages.project_head import Head

COLUMNS = {"name": Column("name"), "created": Column("created_at", moment, descends_first=True)}
# Above so many projects their names are told on the robot's own page.
NAMED_AT_MOST = 3


@dataclass(frozen=True)
class Shown:
    """A robot, what it signs in as, and what it may in a few words."""

    robot: Robot
    name: str
    rights: str
    places: str


@page
def list_(request: PageRequest, project_name: str = "") -> HttpResponse:
    project = _project(request, project_name)
    require(request.principal, "robot:list" if project else "system-robot:list", project)
    rows = Robot.objects.filter(project=project)
    if wanted := request.GET.get("q", "").strip():
        rows = rows.filter(name__icontains=wanted)
    listing = Listing(request, rows, COLUMNS, usual="name", told=_told)
    prefix = configuration.text("robot_name_prefix")
    context = {
        "listing": listing,
        "robots": [_shown(robot, prefix) for robot in listing.rows],
        "may_create": _may(request.principal, "create", project),
        "may_update": _may(request.principal, "update", project),
        "may_delete": _may(request.principal, "delete", project),
    }
    return render(request, "robots/list.html", context | _frame(request, project))


@never_cache
@page
def create(request: PageRequest, project_name: str = "") -> HttpResponse:
    project = _project(request, project_name)
    require(request.principal, "robot:create" if project else "system-robot:create", project)
    form = RobotForm(request.POST or None, project=project)
    if form.is_valid():
        try:
            made = robots.create(
                form.cleaned_data["name"],
                form.grants(by=request.principal),
                project=project,
                description=form.cleaned_data["description"],
                duration_days=form.cleaned_data["days"],
                by=request.principal,
            )
        except NotAuthenticated:
            raise
        except Refusal as refusal:
            is_about_name = isinstance(refusal, RobotExists) or "robot's name" in str(refusal)
            add_refusal(form, refusal, "name" if is_about_name else None)
        else:
            return _made(request, made, project)
    return _form(request, form, project, form.chosen)


@page
def change(request: PageRequest, robot_id: int, project_name: str = "") -> HttpResponse:
    project = _project(request, project_name)
    robot = _robot(request, robot_id, "update", project)
    held = robot_grants.of(robot)
    shown = initial_of(held, {row.project.pk: row.project.name for row in robot.grants.all() if row.project})
    initial = {"description": robot.description, **(shown or {})}
    form = RobotForm(request.POST or None, project=project, is_new=False, initial=initial)
    if form.is_valid():
        try:
            robots.change(
                robot,
                held if shown is None else form.grants(by=request.principal),
                description=form.cleaned_data["description"],
                is_disabled=robot.is_disabled,
                duration_days=form.cleaned_data["days"] or None,
                by=request.principal,
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return redirect(request, _url(project), _("The robot %s is changed.") % robots.name_of(robot))
    chosen = form.chosen if form.is_bound else [action for grant in held for action in grant.actions]
    return _form(request, form, project, chosen, robot=robot, is_mixed=shown is None, held=held)


@page
def switch(request: PageRequest, robot_id: int, project_name: str = "") -> HttpResponse:
    """Disable a robot, or enable it again."""
    project = _project(request, project_name)
    robot = _robot(request, robot_id, "update", project)
    if request.method != "POST":
        return redirect(request, _url(project))
    held = robot_grants.of(robot)
    robots.change(robot, held, description=robot.description, is_disabled=not robot.is_disabled, by=request.principal)
    said = _("The robot %s is enabled.") if robot.is_disabled else _("The robot %s is disabled.")
    return redirect(request, _url(project), said % robots.name_of(robot))


@never_cache
@page
def refresh(request: PageRequest, robot_id: int, project_name: str = "") -> HttpResponse:
    project = _project(request, project_name)
    robot = _robot(request, robot_id, "update", project)
    form = SecretForm(request.POST or None)
    if form.is_valid():
        hours = form.cleaned_data["keep_old_for_hours"]
        return _made(request, robots.refresh(robot, keep_old_for_hours=hours, by=request.principal), project)
    context = {"form": form, "robot": robot, "name": robots.name_of(robot)}
    status = 422 if form.errors else 200
    return render(request, "robots/refresh.html", context | _frame(request, project), status=status)


@page
def delete(request: PageRequest, robot_id: int, project_name: str = "") -> HttpResponse:
    project = _project(request, project_name)
    robot = _robot(request, robot_id, "delete", project)
    name = robots.name_of(robot)
    if request.method != "POST":
        return render(request, "robots/delete.html", {"robot": robot, "name": name} | _frame(request, project))
    robots.delete(robot, by=request.principal)
    return redirect(request, _url(project), _("The robot %s is deleted.") % name)


def _made(request: PageRequest, made: robots.Made, project: Project | None) -> HttpResponse:
    context = {"name": robots.name_of(made.robot), "alias": robots.alias_of(made.robot), "secret": made.secret}
    return render(request, "robots/made.html", context | _frame(request, project), status=201)


def _form(
    request: PageRequest, form: RobotForm, project: Project | None, chosen: Sequence[str], **more: object
) -> HttpResponse:
    if robot := more.get("robot"):
        assert isinstance(robot, Robot)
        more |= {"name": robots.name_of(robot), "shown": _shown(robot)}
    context: dict[str, object] = {
        "form": form,
        "in_projects": grid(policy.ROBOT_PROJECT, chosen),
        "in_system": [] if project else grid(policy.ROBOT_SYSTEM, chosen, prefix="system-"),
        **more,
    }
    status = 422 if form.errors else 200
    return render(request, "robots/form.html", context | _frame(request, project), status=status)


def _frame(request: PageRequest, project: Project | None) -> dict[str, object]:
    """What stands around the robots: a project's head, or that of the system's."""
    if project is None:
        return {"frame": "robots/base.html", "robots_url": _url(None), "crumbs": [(_url(None), _("Robots"))]}
    head = Head(project, request.principal, standing(request.principal, project), "robots")
    return {
        "frame": "projects/base.html",
        "robots_url": _url(project),
        "crumbs": head.crumbs_to_here,
        "head": head,
        "project": project,
    }


def _project(request: PageRequest, name: str) -> Project | None:
    return projects.get(name, by=request.principal) if name else None


def _robot(request: PageRequest, number: int, verb: str, project: Project | None) -> Robot:
    """The robot of this place: one of another project is none here."""
    robot = robots.get(number, verb, by=request.principal)
    if robot.project != project:
        raise RobotUnknown(f"there is no robot {number} here")
    require(request.principal, f"robot:{verb}" if project else f"system-robot:{verb}", project)
    return robot


def _may(by: Principal, verb: str, project: Project | None) -> bool:
    return may(by, f"robot:{verb}" if project else f"system-robot:{verb}", project)


def _url(project: Project | None) -> str:
    return navigation.project_url(project.name, "robots") if project else "/robots"


def _told(rows: QuerySet[Robot]) -> QuerySet[Robot]:
    return rows.select_related("project").prefetch_related("grants__project")


def _shown(robot: Robot, prefix: str | None = None) -> Shown:
    rows = list(robot.grants.all())
    actions = {action.removeprefix("system-") for row in rows for action in row.actions}
    names = [row.project.name for row in rows if row.project]
    everywhere = [_("all projects")] if any(row.covers_all_projects for row in rows) else []
    system = [_("the system")] if any(not row.project and not row.covers_all_projects for row in rows) else []
    told = names if len(names) <= NAMED_AT_MOST else [_("%d projects") % len(names)]
    return Shown(
        robot, robots.name_of(robot, prefix=prefix), _in_words(actions), ", ".join([*everywhere, *told, *system])
    )


def _in_words(actions: set[str]) -> str:
    if actions == {"repository:pull"}:
        return _("pull")
    if actions == {"repository:pull", "repository:push"}:
        return _("push and pull")
    return _("%d rights") % len(actions)
