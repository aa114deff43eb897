"""Groups of people: taking over those of the directory, who is in each, and what each gives."""

from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.forms import Form
from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts import configuration, groups
from accounts.exceptions import GroupExists, Invalid
from accounts.identity import directories
from accounts.identity.directory.connection import Entry
from accounts.identity.directory.exceptions import DirectoryFailed
from accounts.identity.directory.settings import DirectorySettings
from accounts.models import GroupKind, GroupMembership, Member, UserGroup
from accounts.permissions import may, require
from console.forms import identity_words
from console.forms.groups import GroupFilter, GroupNameForm, NewGroupForm
from console.forms.typed_names import TypedNameForm
from console.navigation import Tab
from console.pages.base import PageRequest, add_refusal, page, redirect, render
from console.pages.listing import Column, Listing, moment

GROUPS = "/groups"
COLUMNS = {"name": Column("name"), "created": Column("created_at", moment, descends_first=True)}
PEOPLE = {"name": Column("username"), "realname": Column("realname")}
PROJECTS = {"project": Column("project__name")}
MOST_NAMED = 10
MOST_FOUND = 200


@page
def list_(request: PageRequest) -> HttpResponse:
    narrowed, rows = GroupFilter(request.GET), groups.every(by=request.principal)
    if narrowed.is_valid() and (part := narrowed.cleaned_data["q"]):
        rows = rows.filter(Q(name__icontains=part) | Q(ldap_dn__icontains=part))
    context = {
        "listing": Listing(request, rows, COLUMNS, usual="name", told=_counted),
        "filter": narrowed,
        "may_create": may(request.principal, "system-user-group:create", None),
    }
    return render(request, "groups/list.html", context)


@page
def create(request: PageRequest) -> HttpResponse:
    """By its DN; `q` in the address looks for groups in the directory by a part of their name."""
    by = request.principal
    require(by, "system-user-group:create", None)
    form = NewGroupForm(request.POST or None, initial={"dn": request.GET.get("dn", "")})
    if form.is_valid():
        try:
            group = groups.create(form.cleaned_data["name"], GroupKind.LDAP, form.cleaned_data["dn"], by=by)
        except (GroupExists, Invalid) as refusal:
            add_refusal(form, refusal, "dn")
        except DirectoryFailed as failure:
            form.add_error(None, identity_words.told(failure))
        else:
            return redirect(request, url(group), _("The group %s can be a member of projects now.") % group.name)
    context = {"form": form, "has_directory": bool(configuration.text("ldap_url")), **_search(request)}
    return render(request, "groups/create.html", context, status=422 if form.errors else 200)


@page
def show(request: PageRequest, number: int) -> HttpResponse:
    """Who is in it, as far as this registry knows."""
    group = groups.get(number, by=request.principal)
    return _shown(request, group, "", listing=Listing(request, groups.members_of(group), PEOPLE, usual="name"))


@page
def roles(request: PageRequest, number: int) -> HttpResponse:
    """What it gives to those who are in it."""
    group = groups.get(number, by=request.principal)
    rows = Member.objects.filter(group=group).select_related("project", "role")
    return _shown(request, group, "roles", listing=Listing(request, rows, PROJECTS, usual="project"))


@page
def rename(request: PageRequest, number: int) -> HttpResponse:
    group = groups.get(number, "update", by=request.principal)
    form = GroupNameForm(request.POST or None, initial={"name": group.name})
    if form.is_valid():
        try:
            groups.rename(group, form.cleaned_data["name"], by=request.principal)
        except (GroupExists, Invalid) as refusal:
            group.refresh_from_db()
            add_refusal(form, refusal, "name")
        else:
            return redirect(request, url(group), _("The group is called %s now.") % group.name)
    return _shown(request, group, "name", form=form)


@page
def delete(request: PageRequest, number: int) -> HttpResponse:
    group = groups.get(number, "delete", by=request.principal)
    form = TypedNameForm(group.name, request.POST or None)
    if form.is_valid():
        groups.delete(group, by=request.principal)
        return redirect(request, GROUPS, _("The group %s is deleted.") % form.wanted)
    given = Member.objects.filter(group=group).select_related("project", "role").order_by("project__name", "pk")
    context = {
        "group": group,
        "form": form,
        "roles": given[:MOST_NAMED],
        "role_count": given.count(),
        "people_count": groups.members_of(group).count(),
    }
    return render(request, "groups/delete.html", context, status=422 if form.errors else 200)


def url(group: UserGroup, tab: str = "") -> str:
    return f"{GROUPS}/{group.pk}/{tab}" if tab else f"{GROUPS}/{group.pk}"


def _counted(rows: QuerySet[UserGroup]) -> QuerySet[UserGroup]:
    """With how many people are in each, and how many roles it has: each counted by itself, since one beside the
    other would multiply them."""
    return rows.annotate(people=_count_of(GroupMembership), roles=_count_of(Member))


def _count_of(model: type[GroupMembership | Member]) -> Coalesce:
    mine = model._default_manager.filter(group=OuterRef("pk")).order_by().values("group")
    return Coalesce(Subquery(mine.annotate(number=Count("pk")).values("number")), 0)


def _search(request: PageRequest) -> dict[str, Any]:
    """What the directory finds for what is looked for, and which of that is here already."""
    part = request.GET.get("q", "").strip()
    if not part:
        return {"q": ""}
    try:
        found = directories.search_groups(part, "", by=request.principal)[:MOST_FOUND]
    except (DirectoryFailed, Invalid) as failure:
        return {"q": part, "problem": identity_words.told(failure)}
    attribute = DirectorySettings.now().group_name_attribute
    here = dict(UserGroup.objects.filter(dn_key__in=[entry.key for entry in found]).values_list("dn_key", "pk"))
    return {"q": part, "found": [_found(entry, attribute, here) for entry in found]}


def _found(entry: Entry, attribute: str, here: dict[str, int]) -> dict[str, object]:
    return {"name": entry.first(attribute) or entry.dn, "dn": entry.dn, "number": here.get(entry.key)}


def _shown(request: PageRequest, group: UserGroup, tab: str, **more: Any) -> HttpResponse:
    form = more.get("form")
    tabs = [("", _("People")), ("roles", _("Roles"))]
    if may(request.principal, "system-user-group:update", None):
        tabs.append(("name", _("Name")))
    context = {
        "group": group,
        "tabs": [Tab(url(group, part), name, part == tab) for part, name in tabs],
        "may_delete": may(request.principal, "system-user-group:delete", None),
        **more,
    }
    refused = isinstance(form, Form) and bool(form.errors)
    return render(request, f"groups/{tab or 'show'}.html", context, status=422 if refused else 200)
