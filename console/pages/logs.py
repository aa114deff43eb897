"""The audit log: who did what, as far as whoever looks may read it."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase

from accounts.audit_log import reading
from console.pages import log_list
from console.pages.base import PageRequest, page, render


@page
def show(request: PageRequest) -> HttpResponse:
    log = log_list.read(request, reading.visible(request.principal))
    return render(request, "logs/show.html", {"log": log})


@page
def export(request: PageRequest) -> HttpResponseBase:
    """The table at once, or by a job where it is asked for with POST."""
    if request.method == "POST":
        return log_list.start_export(request)
    return log_list.download(request, reading.visible(request.principal))
