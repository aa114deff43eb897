"""Jobs: what was asked for and what schedules made, how far each is, and its log."""

from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.utils.translation import gettext as _

from console import exports
from console.forms.jobs import JobFilter
from console.pages import job_log, job_rows, job_service
from console.pages.base import PageRequest, page, redirect, render
from console.pages.listing import Column, Listing, whole
from registry.jobs import monitor, results, transcript, visibility
from registry.models import Job

COLUMNS = {"number": Column("pk", whole, descends_first=True)}
COUNTED_TO = 10_000
TEXT = "text/plain; charset=utf-8"


@page
def list_(request: PageRequest) -> HttpResponse:
    by = request.principal
    asked = JobFilter(request.GET, by=by)
    rows = asked.among(visibility.visible_to(by))
    listing = Listing(request, rows, COLUMNS, usual="number", counted_to=COUNTED_TO)
    context = {
        "filter": asked,
        "listing": listing,
        "shown": job_rows.shown(listing.rows),
        "tabs": job_service.tabs("/jobs", by=by),
    }
    return render(request, "jobs/list.html", context)


@page
def show(request: PageRequest, job_id: int) -> HttpResponse:
    job = visibility.find(job_id, by=request.principal)
    context = _context(request, job) | {"log": job_log.read(request, job)}
    return render(request, "jobs/show.html", context)


@page
def progress(request: PageRequest, job_id: int) -> HttpResponse:
    """The part of its page that changes while it runs."""
    job = visibility.find(job_id, by=request.principal)
    return render(request, "jobs/_progress.html", _context(request, job))


@page
def log(request: PageRequest, job_id: int) -> StreamingHttpResponse:
    """All of its log, as a file."""
    job = visibility.find(job_id, by=request.principal)
    headers = {"Content-Disposition": f'attachment; filename="job-{job.pk}.log"'}
    return StreamingHttpResponse(transcript.pieces(job), content_type=TEXT, headers=headers)


@page
def result(request: PageRequest, job_id: int) -> StreamingHttpResponse:
    """What it has made, as a file."""
    job = visibility.find(job_id, by=request.principal)
    headers = {"Content-Disposition": f'attachment; filename="job-{job.pk}.csv"'}
    return StreamingHttpResponse(
        exports.table(job, by=request.principal), content_type="text/csv; charset=utf-8", headers=headers
    )


@page
def stop(request: PageRequest, job_id: int) -> HttpResponse:
    job = visibility.find(job_id, by=request.principal)
    if request.method != "POST":
        return HttpResponseRedirect(f"/jobs/{job.pk}")
    monitor.stop(job, by=request.principal)
    return redirect(request, f"/jobs/{job.pk}", _("The job is asked to stop. It ends at its next step."))


def _context(request: PageRequest, job: Job) -> dict[str, object]:
    (shown,) = job_rows.shown([job])
    may_stop = not job.is_over and not job.stop_asked and monitor.may_stop(job, by=request.principal)
    has_result = results.are_there(job) and exports.may_take(job, by=request.principal)
    return {"shown": shown, "job": job, "may_stop": may_stop, "has_result": has_result}
