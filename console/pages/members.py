"""The members of a project: who has a role in it, in all of it or for some repositories and tags."""

from contextlib import suppress

from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts import configuration, groups, members, roles, users
from accounts.exceptions import AlreadyMember, Invalid
from accounts.identity import directories
from accounts.identity.directory.exceptions import DirectoryFailed
from accounts.identity.directory.settings import DirectorySettings
from accounts.models import Member, User, UserGroup
from accounts.permissions import may
from accounts.principals import Principal
from console import role_names
from console.forms.members import GROUP, MemberForm
from console.pages import project_head
from console.pages.base import PageRequest, add_refusal, public_page, redirect, render
from console.pages.listing import Column, Listing, moment
from console.pages.project_head import Head

COLUMNS = {"name": Column("entity_name"), "since": Column("created_at", moment, descends_first=True)}
MOST_CANDIDATES = 10
LONGEST_NUMBER = 9


@public_page
def list_(request: PageRequest, project_name: str) -> HttpResponse:
    head = _admit("member:list", project_name, by=request.principal)
    rows = members.every(head.project, called=request.GET.get("q", "").strip())
    may_change = head.standing.allows("member:update")
    context = {
        "head": head,
        "listing": Listing(request, rows, COLUMNS, usual="name"),
        "givable": roles.all_givable(head.project, by=request.principal) if may_change else [],
        "may_add": head.standing.allows("member:create"),
        "may_remove": head.standing.allows("member:delete"),
    }
    return render(request, "members/list.html", context)


@public_page
def add(request: PageRequest, project_name: str) -> HttpResponse:
    by = request.principal
    head = _admit("member:create", project_name, by=by)
    givable = roles.all_givable(head.project, by=by)
    form = MemberForm(request.POST or None, givable=givable, has_directory=_has_directory())
    if form.is_valid():
        try:
            member = _add(head, form, by=by)
        except (Invalid, AlreadyMember, DirectoryFailed) as refusal:
            add_refusal(form, refusal, "name")
        else:
            said = _("%(who)s is a member of %(project)s now.")
            return redirect(request, head.tab_url, said % {"who": _name(member), "project": head.project})
    return render(request, "members/add.html", {"head": head, "form": form}, status=422 if form.errors else 200)


@public_page
def candidates(request: PageRequest, project_name: str) -> HttpResponse:
    """Whom a beginning of a name may mean, for the form above: a part of its page."""
    by, part = request.principal, request.GET.get("name", "").strip()
    _admit("member:create", project_name, by=by)
    find = _groups_called if request.GET.get("kind") == GROUP else _people_called
    found = find(part, by=by) if part else {}
    return render(request, "members/_candidates.html", {"candidates": [*found.items()][:MOST_CANDIDATES]})


@public_page
def change(request: PageRequest, project_name: str, member_id: int) -> HttpResponse:
    head = _admit("member:update", project_name, by=request.principal)
    member = members.get_any(head.project, member_id)
    said = ""
    if request.method == "POST":
        role = request.POST.get("role", "")
        members.change(
            member, int(role) if role.isdecimal() and len(role) < LONGEST_NUMBER else -1, by=request.principal
        )
        told = {"who": _name(member), "role": role_names.name(member.role)}
        said = _("%(who)s has another role now: %(role)s.") % told
    return redirect(request, head.tab_url, said)


@public_page
def remove(request: PageRequest, project_name: str, member_id: int) -> HttpResponse:
    head = _admit("member:delete", project_name, by=request.principal)
    member = members.get_any(head.project, member_id)
    if request.method != "POST":
        return render(request, "members/remove.html", {"head": head, "member": member})
    members.remove(member, by=request.principal)
    said = _("%(who)s is no member of %(project)s any more.")
    return redirect(request, head.tab_url, said % {"who": _name(member), "project": head.project})


def _admit(action: str, project_name: str, *, by: Principal) -> Head:
    return project_head.admit("members", action, project_name, by=by)


def _has_directory() -> bool:
    return configuration.get("auth_mode") == "ldap_auth"


def _add(head: Head, form: MemberForm, *, by: Principal) -> Member:
    wanted = form.cleaned_data
    who: User | UserGroup = (
        groups.named(wanted["name"], by=by) if wanted["kind"] == GROUP else members.person(0, wanted["name"])
    )
    repositories, tags = wanted["repositories"], wanted["tags"]
    if repositories or tags:
        return members.grant(head.project, who, wanted["role"], repositories=repositories, tags=tags, by=by)
    return members.add(head.project, who, wanted["role"], by=by)


def _name(member: Member) -> str:
    return str(member.group or member.user)


def _people_called(part: str, *, by: Principal) -> dict[str, str]:
    """What finds each in the form, and what they are called there: those that we know, and those of the directory
    for who may search it."""
    found = dict.fromkeys(users.called(part, by=by).values_list("username", flat=True)[:MOST_CANDIDATES], "")
    if _may_search("system-ldap-user:list", by):
        settings = DirectorySettings.now()
        with suppress(DirectoryFailed, Invalid):  # who knows the name still gets on
            people = directories.search_people(part, by=by)
            found = {entry.first(settings.uid): entry.first("cn") for entry in people} | found
    return found


def _groups_called(part: str, *, by: Principal) -> dict[str, str]:
    """The same of groups, which the directory's are found by their DN."""
    rows = groups.called(part, by=by).order_by("name")[:MOST_CANDIDATES]
    found = {group.ldap_dn or group.name: group.name for group in rows}
    if _may_search("system-user-group:list", by):
        settings = DirectorySettings.now()
        with suppress(DirectoryFailed, Invalid):
            entries = directories.search_groups(part, "", by=by)
            found = {entry.dn: entry.first(settings.group_name_attribute) for entry in entries} | found
    return found


def _may_search(action: str, by: Principal) -> bool:
    return _has_directory() and may(by, action, None)
