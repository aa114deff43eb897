"""Identity: who is asked about a password, how the directory is spoken to, and why somebody cannot sign in.

What is tried out are the settings as they stand in the form: nothing of it is kept before it is saved."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from accounts import configuration
from accounts.exceptions import Invalid
from accounts.identity import directories, trace
from accounts.identity.directory.settings import KEYS
from accounts.identity.trace import Step
from accounts.permissions import may, require
from console.forms import identity_words
from console.forms.identity import IdentityForm, TrialForm
from console.pages.base import PageRequest, add_refusal, page, redirect, render

IDENTITY = "/identity"


@dataclass(frozen=True)
class Tried:
    """What came of trying: the connection alone, or a sign-in with its steps."""

    works: bool
    says: str
    steps: tuple[tuple[str | Promise, Step], ...] = ()


@sensitive_post_parameters()
@page
def show(request: PageRequest) -> HttpResponse:
    require(request.principal, "system-configuration:read", None)
    form = _form(request)
    if request.method == "POST" and form.is_valid():
        try:
            configuration.set_many(form.settings(), by=request.principal)
        except Invalid as refusal:
            add_refusal(form, refusal, _field_of(form, refusal))
        else:
            return redirect(request, IDENTITY, _("Identity is changed. It counts from the next sign-in on."))
    return _shown(request, form)


@sensitive_post_parameters()
@page
def try_connection(request: PageRequest) -> HttpResponse:
    require(request.principal, "system-configuration:update", None)
    return _try(request, _form(request), TrialForm(), _ping)


@sensitive_post_parameters()
@page
def try_user(request: PageRequest) -> HttpResponse:
    require(request.principal, "system-configuration:update", None)
    return _try(request, _form(request), TrialForm(request.POST or None), _trace)


def _form(request: PageRequest) -> IdentityForm:
    kept = configuration.get_many(["identity_sources", *KEYS])
    sent = request.POST if request.method == "POST" else None
    form = IdentityForm(kept, sent)
    if configuration.is_locked() or not may(request.principal, "system-configuration:update", None):
        for field in form.fields.values():
            field.disabled = True
    return form


def _try(
    request: PageRequest,
    form: IdentityForm,
    trial: TrialForm,
    ask: Callable[[PageRequest, IdentityForm, TrialForm], Tried],
) -> HttpResponse:
    """What came of it alone, for htmx; else the page with what was typed, but for the passwords."""
    if request.method != "POST":
        return redirect(request, IDENTITY)
    tried = None
    if form.is_valid() and (not trial.is_bound or trial.is_valid()):
        tried = ask(request, form, trial)
    if request.htmx:
        context = {"tried": tried, "form": form, "trial": trial}
        return render(request, "identity/_tried.html", context, status=200 if tried else 422)
    return _shown(
        request, form, trial=trial, tried=tried, is_password_lost=bool(request.POST.get("ldap_search_password"))
    )


def _ping(request: PageRequest, form: IdentityForm, trial: TrialForm) -> Tried:
    try:
        problem = directories.ping(form.directory(), by=request.principal)
    except Invalid as refusal:
        problem = str(refusal)
    if problem:
        return _failed(problem)
    searcher = form.cleaned_data["ldap_search_dn"] or _("nobody (anonymously)")
    return Tried(works=True, says=_("The directory answers, and takes %s.") % searcher)


def _trace(request: PageRequest, form: IdentityForm, trial: TrialForm) -> Tried:
    name, password = trial.cleaned_data["try_name"], trial.cleaned_data["try_password"]
    try:
        changed = directories.tried_out(form.directory())
        steps = trace.sign_in(name, password, changed=changed, by=request.principal)
    except Invalid as refusal:
        return _failed(str(refusal))
    works = all(step.ok for step in steps)
    said = _("%s can sign in.") if password else _("%s is found; the password was not tried.")
    told = (said if works else _("%s cannot sign in: the last step below says why.")) % name
    return Tried(works, told, tuple(_told(step) for step in steps))


def _told(step: Step) -> tuple[str | Promise, Step]:
    """A step under its name as a question, with what the form calls the settings that it speaks of."""
    named = identity_words.named
    return identity_words.STEPS.get(step.name, step.name), replace(step, says=named(step.says), hint=named(step.hint))


def _failed(said: str) -> Tried:
    said = identity_words.named(said)
    return Tried(works=False, says=said[:1].upper() + said[1:])


def _field_of(form: IdentityForm, refusal: Invalid) -> str | None:
    """Sentences about a setting begin with its key."""
    key = str(refusal).partition(" ")[0]
    return key if key in form.fields else None


def _shown(request: PageRequest, form: IdentityForm, **more: Any) -> HttpResponse:
    by = request.principal
    may_change = not configuration.is_locked() and may(by, "system-configuration:update", None)
    context = {
        "form": form,
        "trial": TrialForm(),
        "is_locked": configuration.is_locked(),
        "may_change": may_change,
        "may_try": may(by, "system-configuration:update", None),
        **more,
    }
    refused = form.errors or context["trial"].errors
    return render(request, "identity/show.html", context, status=422 if refused else 200)
