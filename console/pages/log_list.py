"""A list of audit records and its download, for the log of everything and for those of projects.

log = log_list.read(request, reading.of_project(project), project=project)
render(request, "…", {"log": log})                     # which includes logs/_list.html with log=log only"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit_log import searching
from accounts.exceptions import Invalid
from accounts.models import AuditRecord, Project
from console import exports, log_table, navigation, spreadsheets
from console.forms.logs import LogFilter
from console.pages.base import PageRequest, redirect
from console.pages.listing import Column, Listing, moment
from console.templatetags import humane
from registry.content import digests

COLUMNS = {"at": Column("at", moment, descends_first=True)}
COUNTED_TO = 10_000
DIGEST = re.compile(digests.FORM.pattern)
IN_REPOSITORIES = ("artifact", "tag", "repository", "blob")


@dataclass(frozen=True)
class Shown:
    """A row of the list. `project` is None where there is none, or none any more."""

    record: AuditRecord
    project: str | None

    @property
    def resource(self) -> str:
        """Its name with short digests, as they are shown everywhere."""
        return DIGEST.sub(lambda found: humane.short(found[0]), self.record.resource)

    @property
    def url(self) -> str:
        """The page of what the record tells of, where that has one and it may still be there."""
        record = self.record
        if self.project is None or record.resource_type not in IN_REPOSITORIES:
            return ""
        name = record.resource.partition("@")[0].partition(":")[0].partition(" ")[0]
        return navigation.repository_url(name) if name.startswith(f"{self.project}/") else ""


@dataclass(frozen=True)
class LogList:
    """One page of it. `project` is the one whose log this is."""

    filter: LogFilter
    listing: Listing[AuditRecord]
    shown: Sequence[Shown]
    project: Project | None
    export_url: str


def read(request: PageRequest, rows: QuerySet[AuditRecord], *, project: Project | None = None) -> LogList:
    """`rows` are those that whoever looks may read."""
    asked, found = _narrowed(request, rows, project)
    listing = Listing(request, found, COLUMNS, usual="at", counted_to=COUNTED_TO)
    names = log_table.project_names(listing.rows)
    shown = [Shown(record, names.get(record.project_id or 0)) for record in listing.rows]
    url = f"{navigation.project_url(project.name, 'logs') if project else '/logs'}/export"
    return LogList(asked, listing, shown, project, f"{url}?{request.GET.urlencode()}")


def download(
    request: PageRequest, rows: QuerySet[AuditRecord], *, project: Project | None = None
) -> StreamingHttpResponse:
    """All the records that the list shows on its pages, the newest first, as a table for spreadsheets."""
    found = _narrowed(request, rows, project)[1]
    name = f"{project.name if project else 'audit'}-log-{timezone.now():%Y%m%d-%H%M%S}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    pieces = spreadsheets.lines(log_table.HEADS, log_table.cells(searching.newest_first(found)))
    return StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8", headers=headers)


def start_export(request: PageRequest, *, project: Project | None = None) -> HttpResponse:
    """Have a job make the same table, and lead to it."""
    asked = LogFilter(request.GET, by=request.principal, project_id=project.pk if project else None)
    wish = asked.wish()
    if wish is None:
        raise Invalid(_("The filter makes no sense; look at it again in the list."))
    job = exports.start(wish, project=project, by=request.principal)
    return redirect(request, f"/jobs/{job.pk}", _("A job makes the table. You can leave this page meanwhile."))


def _narrowed(
    request: PageRequest, rows: QuerySet[AuditRecord], project: Project | None
) -> tuple[LogFilter, QuerySet[AuditRecord]]:
    """The filter, and what it lets through: nothing where it makes no sense."""
    asked = LogFilter(request.GET, by=request.principal, project_id=project.pk if project else None)
    wish = asked.wish()
    return asked, rows.none() if wish is None else wish.among(rows)
