"""Quotas: how much each project holds of what it may, and changing that."""

from django.db.models import BigIntegerField, Case, F, QuerySet, Value, When
from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts import projects
from accounts.permissions import may, require
from console.forms.quotas import QuotaForm
from console.pages.base import PageRequest, page, redirect, render
from console.pages.listing import Column, Listing, whole
from registry.content import usage
from registry.models import ProjectUsage
from registry.rules import quotas

QUOTAS = "/quotas"
COLUMNS = {
    "project": Column("project__name"),
    "used": Column("used", whole, descends_first=True),
    "limit": Column("hard", whole, descends_first=True),
    "share": Column("share", whole, descends_first=True),
}


@page
def list_(request: PageRequest) -> HttpResponse:
    require(request.principal, "system-quota:list", None)
    rows = _with_share()
    if called := request.GET.get("q", "").strip():
        rows = rows.filter(project__name__icontains=called)
    context = {
        "listing": Listing(request, rows, COLUMNS, usual="used"),
        "may_update": may(request.principal, "system-quota:update", None),
        "usual": quotas.usual(),
        "are_enforced": quotas.are_enforced(),
    }
    return render(request, "quotas/list.html", context)


@page
def edit(request: PageRequest, project_name: str) -> HttpResponse:
    require(request.principal, "system-quota:update", None)
    project = projects.get(project_name, by=request.principal)
    held = quotas.of(project)
    form = QuotaForm(request.POST or None, hard=held.hard)
    if form.is_valid():
        usage.set_limit(project, form.hard, by=request.principal)
        return redirect(request, QUOTAS, _("The quota of %s is changed.") % project.name)
    context = {"form": form, "project": project, "held": held}
    return render(request, "quotas/edit.html", context, status=422 if form.errors else 200)


def _with_share() -> QuerySet[ProjectUsage]:
    """`share` is how full each is, in thousandths; -1 where there is no limit."""
    share = Case(When(hard__gt=0, then=F("used") * 1000 / F("hard")), default=Value(-1), output_field=BigIntegerField())
    return ProjectUsage.objects.select_related("project").annotate(share=share)
