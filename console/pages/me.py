"""Oneself: who I am here, my password, and how I like these pages."""

from django.conf import settings
from django.forms import Form
from django.http import HttpResponse
from django.utils.translation import get_language_from_request
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from accounts import users
from accounts.exceptions import CredentialsRefused, Invalid, NotAllowed, Refusal
from accounts.models import Member, User
from accounts.standings import memberships
from console import context, sessions
from console.forms.me import LookForm, PasswordForm, ProfileForm
from console.pages.base import PageRequest, add_refusal, page, redirect, render

ME = "/me"
A_YEAR_SECONDS = 365 * 24 * 3600
MOST_ROLES = 100


@page
def show(request: PageRequest) -> HttpResponse:
    return _shown(request)


@page
def describe(request: PageRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None)
    if not form.is_valid():
        return _shown(request, profile=form)
    try:
        users.describe(_me(request), **form.cleaned_data, by=request.principal)
    except Invalid as refusal:
        add_refusal(form, refusal, "email" if "address" in str(refusal) else None)
        return _shown(request, profile=form)
    return redirect(request, ME, _("Your profile is changed."))


@sensitive_post_parameters()
@page
def set_password(request: PageRequest) -> HttpResponse:
    form = PasswordForm(request.POST or None)
    if not form.is_valid():
        return _shown(request, password=form)
    user = _me(request)
    try:
        users.set_password(
            user, form.cleaned_data["password"], current=form.cleaned_data["current"], by=request.principal
        )
    except Refusal as refusal:
        add_refusal(form, refusal, "current" if isinstance(refusal, CredentialsRefused) else "password")
        return _shown(request, password=form)
    sessions.go_on(request, user)
    said = _("Your password is changed. Whoever was signed in elsewhere with the old one is not any more.")
    return redirect(request, ME, said)


@page
def set_look(request: PageRequest) -> HttpResponse:
    """Kept in this browser alone: it is about the screen, not about the person."""
    form = LookForm(request.POST or None)
    if not form.is_valid():
        return _shown(request, look=form)
    response = redirect(request, f"{ME}#look")
    language = form.cleaned_data["language"]
    for name, value in ((context.THEME_COOKIE, form.cleaned_data["theme"]), (settings.LANGUAGE_COOKIE_NAME, language)):
        if value:
            response.set_cookie(name, value, A_YEAR_SECONDS, secure=sessions.is_secure(request), samesite="Lax")
        else:
            response.delete_cookie(name)
    return response


def _shown(request: PageRequest, **refused: Form) -> HttpResponse:
    user = _me(request)
    shown = {"email": user.email, "realname": user.realname, "comment": user.comment}
    chosen = {
        "theme": request.COOKIES.get(context.THEME_COOKIE, "auto"),
        "language": request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""),
    }
    return render(
        request,
        "me/show.html",
        {
            "user": user,
            "is_local": user.source == users.LOCAL,
            "roles": _roles(request),
            "language": get_language_from_request(request),
            "profile": refused.get("profile", ProfileForm(initial=shown)),
            "password": refused.get("password", PasswordForm()),
            "look": refused.get("look", LookForm(initial=chosen)),
        },
        status=422 if refused else 200,
    )


def _me(request: PageRequest) -> User:
    if request.principal.user_id is None:
        raise NotAllowed("a robot has no profile")
    return users.get(request.principal.user_id, by=request.principal)


def _roles(request: PageRequest) -> list[Member]:
    """What one is in which project, by oneself or by a group."""
    rows = Member.objects.filter(memberships(request.principal)).select_related("project", "role", "group")
    return list(rows.order_by("project__name", "pk")[:MOST_ROLES])
