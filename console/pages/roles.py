"""Roles: what each of the five allows, and those that system admins make on the same matrix."""

from typing import Any

from django.db.models import Case, Count, F, IntegerField, When
from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts import policy, roles
from accounts.exceptions import Invalid, RoleExists
from accounts.models import Member, Role
from accounts.permissions import may, require
from console import role_matrix, role_words
from console.forms.roles import RoleForm
from console.navigation import Tab
from console.pages.base import PageRequest, add_refusal, page, redirect, render
from console.pages.listing import Column, Listing, moment, whole

ROLES = "/roles"
COLUMNS = {
    "usual": Column("rank", whole),
    "name": Column("name"),
    "created": Column("created_at", moment, descends_first=True),
}
# The built-in ones first, the one that may most before the others.
RANK = Case(
    *(When(pk=number, then=place) for place, number in enumerate(policy.ORDER)),
    default=F("pk"),
    output_field=IntegerField(),
)
MEMBERS = {"project": Column("project__name"), "since": Column("created_at", moment, descends_first=True)}


@page
def list_(request: PageRequest) -> HttpResponse:
    listing = Listing(
        request,
        roles.every(by=request.principal).annotate(rank=RANK),
        COLUMNS,
        usual="usual",
        told=lambda rows: rows.annotate(member_count=Count("memberships")),
    )
    context = {
        "listing": listing,
        "matrix": role_matrix.of(role_matrix.built_in()),
        "meanings": role_words.LETTERS,
        "may_create": may(request.principal, "system-role:create", None),
        "may_see_people": may(request.principal, "system-user:list", None),
    }
    return render(request, "roles/list.html", context)


@page
def create(request: PageRequest) -> HttpResponse:
    """`from` in the address: the role whose actions are checked to begin with."""
    require(request.principal, "system-role:create", None)
    given = request.GET.get("from", "")
    begun = roles.get(int(given)) if given.isdecimal() and len(given) < 10 else None
    form = RoleForm(request.POST or None, initial={"actions": policy.actions_of(begun) if begun else ()})
    if form.is_valid():
        try:
            role = roles.create(**form.cleaned_data, by=request.principal)
        except (Invalid, RoleExists) as refusal:
            add_refusal(form, refusal, "name" if isinstance(refusal, RoleExists) else None)
        else:
            said = _("The role %s can be given now, on the page of members of each project.") % role.name
            return redirect(request, url(role), said)
    built_in = role_matrix.built_in()
    context = {"form": form, "begun": begun, "built_in": built_in, "matrix": role_matrix.of(built_in, form.chosen)}
    return render(request, "roles/create.html", context, status=422 if form.errors else 200)


@page
def show(request: PageRequest, number: int) -> HttpResponse:
    """What a role allows; of one that was made here, a form to change that."""
    roles.every(by=request.principal)
    role = roles.get(number)
    may_change = not role.is_built_in and may(request.principal, "system-role:update", None)
    known = {"name": role.name, "description": role.description, "actions": policy.actions_of(role)}
    form = RoleForm(request.POST or None, initial=known)
    if form.is_valid():
        try:
            roles.change(role, **form.cleaned_data, by=request.principal)
        except (Invalid, RoleExists) as refusal:
            role.refresh_from_db()
            add_refusal(form, refusal, "name" if isinstance(refusal, RoleExists) else None)
        else:
            return redirect(request, url(role), _("The role %s is changed, for all who have it.") % role.name)
    context = {
        "form": form if may_change else None,
        "matrix": role_matrix.of(role_matrix.built_in(but=role), form.chosen),
        "meanings": role_words.LETTERS,
        **_head(request, role, ""),
    }
    return render(request, "roles/show.html", context, status=422 if may_change and form.errors else 200)


@page
def members(request: PageRequest, number: int) -> HttpResponse:
    """Who has the role, in which project: for those who may see everybody."""
    require(request.principal, "system-user:list", None)
    role = roles.get(number)
    rows = Member.objects.filter(role=role).select_related("project", "user", "group")
    listing = Listing(request, rows, MEMBERS, usual="project")
    return render(request, "roles/members.html", {"listing": listing, **_head(request, role, "members")})


@page
def delete(request: PageRequest, number: int) -> HttpResponse:
    require(request.principal, "system-role:delete", None)
    role = roles.get(number)
    if request.method == "POST":
        roles.delete(role, by=request.principal)
        return redirect(request, ROLES, _("The role %s is deleted.") % role.name)
    count = Member.objects.filter(role=role).count()
    return render(request, "roles/delete.html", {"role": role, "member_count": count})


def url(role: Role, tab: str = "") -> str:
    return f"{ROLES}/{role.pk}/{tab}" if tab else f"{ROLES}/{role.pk}"


def _head(request: PageRequest, role: Role, here: str) -> dict[str, Any]:
    """What stands above each page of a role."""
    by = request.principal
    tabs = [("", _("Actions"))]
    if may(by, "system-user:list", None):
        tabs.append(("members", _("Members")))
    return {
        "role": role,
        "tabs": [Tab(url(role, part), name, part == here) for part, name in tabs],
        "may_create": may(by, "system-role:create", None),
        "may_delete": not role.is_built_in and may(by, "system-role:delete", None),
    }
