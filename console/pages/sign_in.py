"""The door: signing in and out by a browser."""

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from accounts import audit, configuration, sign_in
from accounts.exceptions import CredentialsRefused, TooManyAttempts
from console import sessions
from console.forms.sign_in import SignInForm
from console.pages.base import HOME, PageRequest, add_refusal, public_page, redirect, render, safe_target


@sensitive_post_parameters("password")
@public_page
def show(request: PageRequest) -> HttpResponse:
    target = safe_target(request, request.POST.get("next") or request.GET.get("next") or HOME)
    if not request.principal.is_anonymous and request.method != "POST":
        return HttpResponseRedirect(target)
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _enter(request, form):
        return redirect(request, target)
    context = {
        "form": form,
        "next": target,
        "has_directory": configuration.text("auth_mode") == "ldap_auth",
        "may_sign_up": configuration.flag("self_registration"),
    }
    return render(request, "sign_in/show.html", context, status=422 if form.errors else 200)


@public_page
def leave(request: PageRequest) -> HttpResponse:
    """A link does not sign anybody out: a page of another site may have it."""
    if request.method == "POST":
        if not request.principal.is_anonymous:
            audit.record(request.principal, "logout", "user", request.principal.name)
        sessions.end(request)
        return redirect(request, "/sign-in", _("You are signed out."))
    return render(request, "sign_in/leave.html")


def _enter(request: PageRequest, form: SignInForm) -> bool:
    """Open a session, or say beside the form why not."""
    try:
        by = sign_in.in_person(
            form.cleaned_data["username"],
            form.cleaned_data["password"],
            client_address=request.META.get("REMOTE_ADDR", ""),
        )
    except TooManyAttempts as refusal:
        waiting = _("Too many failed sign-ins. Try again in %d seconds.") % refusal.retry_after_seconds
        form.add_error(None, waiting)
        return False
    except CredentialsRefused as refusal:
        add_refusal(form, refusal)
        return False
    sessions.begin(request, by)
    return True
