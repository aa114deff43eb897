"""The settings, in groups that are saved one by one."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts import configuration, setting_values
from accounts.exceptions import Invalid
from accounts.permissions import may, require
from console.forms.configuration import form_of
from console.forms.configuration_groups import GROUPS, Group
from console.pages.base import PageRequest, add_refusal, page, redirect, render
from console.pages.faults import PageUnknown
from console.pages.system import CONFIGURATION, tabs


@page
def show(request: PageRequest) -> HttpResponse:
    require(request.principal, "system-configuration:read", None)
    return _page(request)


@page
def change(request: PageRequest, group_name: str) -> HttpResponse:
    """Save one group; the others stay as they are."""
    require(request.principal, "system-configuration:update", None)
    group = next((each for each in GROUPS if each.name == group_name), None)
    if group is None:
        raise PageUnknown
    form = form_of(group, configuration.get_all(), request.POST or None, is_open=not configuration.is_locked())
    if request.method == "POST" and form.is_valid():
        try:
            configuration.set_many(form.wanted(), by=request.principal)
        except Invalid as refusal:
            add_refusal(form, refusal, _about(str(refusal), group))
        else:
            return redirect(request, f"{CONFIGURATION}#{group.name}", _("%s: saved.") % group.title)
    return _page(request, form) if form.errors else redirect(request, CONFIGURATION)


def _page(request: PageRequest, sent: Any = None) -> HttpResponse:
    """All groups; the one that was sent as it was sent."""
    values, is_locked = configuration.get_all(), configuration.is_locked()
    is_open = not is_locked and may(request.principal, "system-configuration:update", None)
    forms = [sent if sent and sent.group is group else form_of(group, values, is_open=is_open) for group in GROUPS]
    context = {
        "forms": forms,
        "is_open": is_open,
        "given": sorted(setting_values.given()),
        "tabs": tabs(CONFIGURATION),
    }
    return render(request, "system/configuration.html", context, status=422 if sent else 200)


def _about(said: str, group: Group) -> str | None:
    """The field that a refusal begins with."""
    return next((key for key in group.keys if said.startswith(key)), None)
