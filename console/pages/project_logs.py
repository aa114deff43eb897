"""What happened in a project: its part of the audit log."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase

from accounts.audit_log import reading
from console.pages import log_list, project_head
from console.pages.base import PageRequest, public_page, render


@public_page
def show(request: PageRequest, project_name: str) -> HttpResponse:
    head = project_head.admit("logs", "log:list", project_name, by=request.principal)
    log = log_list.read(request, reading.of_project(head.project), project=head.project)
    return render(request, "projects/logs.html", {"head": head, "log": log})


@public_page
def export(request: PageRequest, project_name: str) -> HttpResponseBase:
    head = project_head.admit("logs", "log:list", project_name, by=request.principal)
    if request.method == "POST":
        return log_list.start_export(request, project=head.project)
    return log_list.download(request, reading.of_project(head.project), project=head.project)
