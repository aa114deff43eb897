"""People of the company's directory, looked for and given accounts before they first sign in."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import configuration
from accounts.exceptions import Invalid
from accounts.identity import directories
from accounts.identity.directory.exceptions import DirectoryFailed
from accounts.identity.directory.settings import DirectorySettings
from accounts.models import User
from accounts.permissions import require
from console.forms import identity_words
from console.pages.base import PageRequest, page, redirect, render
from console.pages.users import USERS

MOST_FOUND = 200


@page
def import_people(request: PageRequest) -> HttpResponse:
    """`q` in the address looks for them by a part of their names; what is checked is imported."""
    by = request.principal
    require(by, "system-ldap-user:create", None)
    context: dict[str, Any] = {"has_directory": bool(configuration.text("ldap_url"))}
    names = request.POST.getlist("names")[:MOST_FOUND]
    if request.method == "POST" and names:
        try:
            failed = directories.import_people(names, by=by)
        except DirectoryFailed as failure:
            context["problem"] = identity_words.told(failure)
        else:
            if not failed:
                count = len({*names})
                said = ngettext("%d account is here now.", "%d accounts are here now.", count) % count
                return redirect(request, f"{USERS}?kind=ldap", said)
            context["failed"] = failed
    elif request.method == "POST":
        context["problem"] = _("Check one person at least.")
    status = 422 if request.method == "POST" else 200
    return render(request, "users/import.html", {**_search(request), **context, "checked": names}, status=status)


def _search(request: PageRequest) -> dict[str, Any]:
    """Whom the directory finds, and who of them is here already."""
    part = request.GET.get("q", "").strip()
    if not part:
        return {"q": ""}
    try:
        found = directories.search_people(part, by=request.principal)[:MOST_FOUND]
    except (DirectoryFailed, Invalid) as failure:
        return {"q": part, "problem": identity_words.told(failure)}
    settings = DirectorySettings.now()
    here = dict(User.objects.filter(external_id__in=[each.key for each in found]).values_list("external_id", "pk"))
    shown = [
        {
            "username": each.first(settings.uid),
            "realname": each.first(settings.text("ldap_realname_attribute")),
            "email": each.first(settings.text("ldap_email_attribute")),
            "number": here.get(each.key),
        }
        for each in found
    ]
    return {"q": part, "found": shown}
