"""People, for those who give them access: who there is, what each may do and by what, and what an admin changes."""

from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.forms import Form
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from accounts import configuration, users
from accounts.exceptions import Refusal, UserExists
from accounts.models import GroupMembership, Member, User
from accounts.permissions import may, require
from accounts.principals import of_user
from accounts.standings import memberships
from console import sessions
from console.forms.me import ProfileForm
from console.forms.typed_names import TypedNameForm
from console.forms.users import NewPasswordForm, NewUserForm, RightsForm, UserFilter
from console.navigation import Tab
from console.pages.base import HOME, PageRequest, add_refusal, page, redirect, render
from console.pages.listing import Column, Listing, moment

USERS = "/users"
COLUMNS = {
    "name": Column("username"),
    "realname": Column("realname"),
    "email": Column("email"),
    "created": Column("created_at", moment, descends_first=True),
}
# What the kinds of the filter are in the database.
KINDS = {
    "admins": Q(is_sysadmin=True) | Q(is_sysadmin_by_group=True),
    "auditors": Q(is_auditor=True),
    "disabled": Q(is_active=False),
    "local": Q(source=users.LOCAL),
    "ldap": ~Q(source=users.LOCAL),
}
# By a word of its sentence, the field that a refused profile or password is about.
ABOUT = (("password", "password"), ("address", "email"), ("comment", "comment"), ("user name", "username"))
MOST_NAMED = 10


@page
def list_(request: PageRequest) -> HttpResponse:
    narrowed = UserFilter(request.GET)
    rows = _narrowed(users.every(by=request.principal), narrowed)
    has_directory = configuration.text("auth_mode") == "ldap_auth"
    context = {
        "listing": Listing(request, rows, COLUMNS, usual="name"),
        "filter": narrowed,
        "may_create": may(request.principal, "system-user:create", None),
        "may_import": has_directory and may(request.principal, "system-ldap-user:create", None),
        "may_update": may(request.principal, "system-user:update", None),
    }
    return render(request, "users/list.html", context)


@sensitive_post_parameters()
@page
def create(request: PageRequest) -> HttpResponse:
    require(request.principal, "system-user:create", None)
    form = NewUserForm(request.POST or None)
    if form.is_valid():
        try:
            user = users.create(**form.account, by=request.principal)
        except Refusal as refusal:
            add_about(form, refusal)
        else:
            return redirect(request, url(user), _("%s can sign in now. Give them a role in a project.") % user.username)
    return render(request, "users/create.html", {"form": form}, status=422 if form.errors else 200)


@page
def show(request: PageRequest, number: int) -> HttpResponse:
    """Their roles in projects, by name and by groups."""
    user = users.get(number, by=request.principal)
    mine = Member.objects.filter(memberships(of_user(user)))
    rows = Member.objects.filter(pk__in=mine.values("pk")).select_related("project", "role", "group")
    listing = Listing(request, rows, {"project": Column("project__name")}, usual="project")
    return shown(request, user, "", listing=listing)


@page
def groups(request: PageRequest, number: int) -> HttpResponse:
    user = users.get(number, by=request.principal)
    rows = GroupMembership.objects.filter(user=user).select_related("group")
    columns = {"name": Column("group__name"), "found": Column("found_at", moment, descends_first=True)}
    return shown(request, user, "groups", listing=Listing(request, rows, columns, usual="name"))


@page
def profile(request: PageRequest, number: int) -> HttpResponse:
    user = users.get(number, "update", by=request.principal)
    known = {"email": user.email, "realname": user.realname, "comment": user.comment}
    form = ProfileForm(request.POST or None, initial=known)
    if form.is_valid():
        try:
            users.describe(user, **form.cleaned_data, by=request.principal)
        except Refusal as refusal:
            add_about(form, refusal)
        else:
            return redirect(request, url(user, "profile"), _("The profile of %s is changed.") % user.username)
    return shown(request, user, "profile", form=form)


@page
def rights(request: PageRequest, number: int) -> HttpResponse:
    require(request.principal, "system-user:update", None)
    user = users.get(number, "update", by=request.principal)
    # All boxes empty is a form too, so the method tells whether one was sent.
    sent = request.POST if request.method == "POST" else None
    form = RightsForm(sent, initial={name: getattr(user, name) for name in RightsForm.base_fields})
    if form.is_valid():
        try:
            _change_rights(request, user, form)
        except Refusal as refusal:
            user.refresh_from_db()
            add_refusal(form, refusal)
        else:
            is_here_still = user.pk != request.principal.user_id or may(of_user(user), "system-user:update", None)
            target = url(user, "rights") if is_here_still else HOME
            return redirect(request, target, _("What %s may do is changed.") % user.username)
    return shown(request, user, "rights", form=form)


@sensitive_post_parameters()
@page
def set_password(request: PageRequest, number: int) -> HttpResponse:
    """Another's; one's own takes the current one, at /me."""
    user = users.get(number, "update", by=request.principal)
    if user.pk == request.principal.user_id:
        return redirect(request, "/me#password")
    form = NewPasswordForm(request.POST or None)
    if form.is_valid():
        try:
            users.set_password(user, form.cleaned_data["password"], by=request.principal)
        except Refusal as refusal:
            add_refusal(form, refusal, "password")
        else:
            said = _("%s has a new password, and is signed out everywhere.") % user.username
            return redirect(request, url(user), said)
    return shown(request, user, "password", form=form)


@page
def delete(request: PageRequest, number: int) -> HttpResponse:
    require(request.principal, "system-user:delete", None)
    user = users.get(number, "delete", by=request.principal)
    form = TypedNameForm(user.username, request.POST or None)
    if form.is_valid():
        try:
            users.delete(user, by=request.principal)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return redirect(request, USERS, _("The account %s is deleted.") % form.wanted)
    roles = Member.objects.filter(user=user).select_related("project", "role").order_by("project__name", "pk")
    context = {
        "user": user,
        "form": form,
        "roles": roles[:MOST_NAMED],
        "role_count": roles.count(),
        "group_count": user.group_memberships.count(),
        "token_count": user.access_tokens.count(),
    }
    return render(request, "users/delete.html", context, status=422 if form.errors else 200)


def url(user: User, tab: str = "") -> str:
    return f"{USERS}/{user.pk}/{tab}" if tab else f"{USERS}/{user.pk}"


def shown(request: PageRequest, user: User, tab: str, **more: Any) -> HttpResponse:
    """A page of somebody's, under their name and beside its other tabs."""
    form = more.get("form")
    may_delete = user.pk != request.principal.user_id and may(request.principal, "system-user:delete", None)
    context = {"user": user, "tabs": _tabs(request, user, tab), "may_delete": may_delete, **more}
    refused = isinstance(form, Form) and bool(form.errors)
    return render(request, f"users/{tab or 'show'}.html", context, status=422 if refused else 200)


def add_about(form: Form, refusal: Refusal) -> None:
    """Show what is refused beside the field that it is about, where its sentence tells that."""
    said = str(refusal)
    about = next((name for word, name in ABOUT if word in said and name in form.fields), None)
    add_refusal(form, refusal, "username" if isinstance(refusal, UserExists) else about)


def _narrowed(rows: QuerySet[User], narrowed: UserFilter) -> QuerySet[User]:
    if not narrowed.is_valid():
        return rows
    if part := narrowed.cleaned_data["q"]:
        rows = rows.filter(Q(username__icontains=part) | Q(realname__icontains=part) | Q(email__icontains=part))
    kind = narrowed.cleaned_data["kind"]
    return rows.filter(KINDS[kind]) if kind else rows


@transaction.atomic
def _change_rights(request: PageRequest, user: User, form: RightsForm) -> None:
    """All of it or nothing. Whoever changes their own rights goes on in this browser."""
    wanted, by = form.cleaned_data, request.principal
    if wanted["is_active"] and not user.is_active:
        users.enable(user, by=by)
    if wanted["is_sysadmin"] is not user.is_sysadmin:
        users.set_sysadmin(user, wanted["is_sysadmin"], by=by)
    if wanted["is_auditor"] is not user.is_auditor:
        users.set_auditor(user, wanted["is_auditor"], by=by)
    if user.is_active and not wanted["is_active"]:
        users.disable(user, by=by)
    if user.pk == by.user_id:
        sessions.go_on(request, user)


def _tabs(request: PageRequest, user: User, here: str) -> list[Tab]:
    tabs = [("", _("Roles")), ("groups", _("Groups"))]
    if user.pk != request.principal.user_id:
        tabs.append(("tokens", _("Access tokens")))
    if may(request.principal, "system-user:update", None):
        is_local, is_oneself = user.source == users.LOCAL, user.pk == request.principal.user_id
        tabs += [("profile", _("Profile"))] if is_local else []
        tabs += [("rights", _("Rights"))]
        tabs += [("password", _("Password"))] if is_local and not is_oneself else []
    return [Tab(url(user, part), name, part == here) for part, name in tabs]
