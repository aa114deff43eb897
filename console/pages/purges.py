"""Taking old audit records away: once, or again and again by a schedule."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.audit_log import purging
from accounts.permissions import may, require
from console.forms.purges import NOW, TIMES, PurgeForm
from console.pages import job_rows
from console.pages.base import PageRequest, page, redirect, render
from console.pages.system import PURGES, tabs
from registry.upkeep import purges
from registry.upkeep.purges import Wish

MOST_RUNS = 10


@page
def show(request: PageRequest) -> HttpResponse:
    """The schedule and what ran lately; with POST, one more, or another schedule."""
    by = request.principal
    scheduled = purges.get_schedule(by=by)
    form = PurgeForm(request.POST or None)
    if request.method == "POST":
        require(by, "system-purge-audit:create", None)
        if form.is_valid():
            return _arrange(request, form)
    context = {
        "form": form,
        "scheduled": scheduled,
        "kept_days": scheduled.arguments.get("audit_retention_hour", 0) // 24 if scheduled else 0,
        "runs": job_rows.shown(list(purges.history(by=by).order_by("-pk")[:MOST_RUNS])),
        "may_purge": may(by, "system-purge-audit:create", None),
        "tabs": tabs(PURGES),
    }
    return render(request, "purges/show.html", context, status=422 if form.errors else 200)


@page
def end(request: PageRequest) -> HttpResponse:
    """No purge by a schedule any more."""
    if request.method == "POST":
        purges.end_schedule(by=request.principal)
        return redirect(request, PURGES, _("Records are taken away by no schedule any more."))
    return redirect(request, PURGES)


def _arrange(request: PageRequest, form: PurgeForm) -> HttpResponse:
    """What takes records away at once says first how many they are."""
    by, wish, when = request.principal, form.wish, form.cleaned_data["when"]
    if when != NOW:
        purges.set_schedule(*TIMES[when], wish, by=by)
        return redirect(request, PURGES, _("Old records are taken away by a schedule from now on."))
    if not wish.dry_run and "sure" not in request.POST:
        return render(request, "purges/confirm.html", {"form": form, "count": _count(wish)})
    job = purges.start(wish, by=by)
    return redirect(request, f"/jobs/{job.pk}", _("A job does it. You can leave this page meanwhile."))


def _count(wish: Wish) -> int:
    rule = purging.rule(wish.audit_retention_hour, wish.include_event_types, wish.include_operations)
    return rule.rows().order_by().count()
