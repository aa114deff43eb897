"""The job service: its queues and workers, and the schedules that make jobs again and again."""

from collections.abc import Callable

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from accounts.permissions import may, require
from accounts.principals import Principal
from console import job_words
from console.navigation import Tab
from console.pages.base import PageRequest, page, redirect, render
from registry.exceptions import JobUnknown, QueueUnknown
from registry.jobs import monitor
from registry.models import Job, Schedule
from registry.upkeep import orders

JOBS, SERVICE = "/jobs", "/jobs/service"
QUEUES: dict[str, Callable[..., object]] = {
    "pause": monitor.pause,
    "resume": monitor.resume,
    "clear": monitor.clear,
    "start": orders.order,
}
SCHEDULES: dict[str, Callable[..., object]] = {"pause": monitor.pause_schedule, "resume": monitor.resume_schedule}
ALL_SCHEDULES: dict[str, Callable[..., object]] = {
    "pause": monitor.pause_schedules,
    "resume": monitor.resume_schedules,
}


def tabs(here: str, *, by: Principal) -> list[Tab]:
    """For those who watch over it; others have the list of jobs alone."""
    if not may(by, monitor.LOOK, None):
        return []
    places = ((JOBS, _("Jobs")), (SERVICE, _("Queues and schedules")))
    return [Tab(url, name, url == here) for url, name in places]


@page
def show(request: PageRequest) -> HttpResponse:
    by = request.principal
    queues = monitor.queues(by=by)
    context = {
        "tabs": tabs(SERVICE, by=by),
        "queues": [(queue, job_words.of_kind(queue.kind)) for queue in queues],
        "most": max((queue.waiting for queue in queues), default=0),
        "waiting": sum(queue.waiting for queue in queues),
        "running": sum(queue.running for queue in queues),
        "pools": monitor.pools_alive(by=by),
        "schedules": [(row, job_words.of_kind(row.kind)) for row in monitor.schedules(by=by)],
        "are_paused": monitor.are_schedules_paused(by=by),
        "may_steer": may(by, monitor.STEER, None),
        "startable": orders.SWITCHES if may(by, orders.RIGHT, None) else (),
    }
    return render(request, "jobs/service.html", context)


@page
def steer_queue(request: PageRequest, kind: str, verb: str) -> HttpResponse:
    """Pause or resume it, have such a job done now, or stop what waits in it once that is confirmed."""
    by = request.principal
    require(by, monitor.STEER, None)
    queue = next((each for each in monitor.queues(by=by) if each.kind == kind), None)
    if queue is None or verb not in QUEUES:
        raise QueueUnknown(_("there is no such queue, or nothing like that to do with it"))
    if request.method != "POST":
        if verb != "clear":
            return HttpResponseRedirect(SERVICE)
        return render(request, "jobs/clear.html", {"queue": queue, "name": job_words.of_kind(kind)})
    made = QUEUES[verb](kind, by=by)
    target = f"{JOBS}/{made.pk}" if isinstance(made, Job) else SERVICE
    return redirect(request, target, _said(verb) % {"name": job_words.of_kind(kind)})


@page
def steer_schedule(request: PageRequest, number: int, verb: str) -> HttpResponse:
    row = Schedule.objects.filter(pk=number).first()
    if row is None or verb not in SCHEDULES:
        raise JobUnknown(_("there is no such schedule"))
    if request.method != "POST":
        return HttpResponseRedirect(SERVICE)
    SCHEDULES[verb](row, by=request.principal)
    return redirect(request, SERVICE, _said(verb) % {"name": job_words.of_kind(row.kind)})


@page
def steer_schedules(request: PageRequest, verb: str) -> HttpResponse:
    if request.method != "POST" or verb not in ALL_SCHEDULES:
        return HttpResponseRedirect(SERVICE)
    ALL_SCHEDULES[verb](by=request.principal)
    return redirect(request, SERVICE, _said(verb) % {"name": _("All schedules")})


def _said(verb: str) -> str:
    return {
        "pause": _("Paused: %(name)s"),
        "resume": _("Resumed: %(name)s"),
        "start": _("Asked for: %(name)s"),
        "clear": _("Nothing waits any more: %(name)s"),
    }[verb]
