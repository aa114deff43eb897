"""My access tokens: passwords for programs, each good for less than mine and revoked alone."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts import access_token_limits, access_tokens
from accounts.access_token_secrets import PREFIX
from accounts.exceptions import AccessTokenExists, AccessTokenUnknown, Invalid, ProjectUnknown, Refusal
from accounts.models import AccessToken, Project
from accounts.principals import Grant, Principal, of_access_token
from console.forms.access_tokens import GOOD_FOR, AccessTokenForm
from console.pages.base import PageRequest, add_refusal, page, redirect, render
from console.pages.listing import Column, Listing, moment

TOKENS = "/me/tokens"
COLUMNS = {"name": Column("name"), "created": Column("created_at", moment, descends_first=True)}


@dataclass(frozen=True)
class Shown:
    """A token beside what it is good for, in words."""

    token: AccessToken
    begins_with: str
    good_for: list[str]


@page
def list_(request: PageRequest) -> HttpResponse:
    user = access_tokens.owner(by=request.principal)
    listing = Listing(request, access_tokens.of_user(user, by=request.principal), COLUMNS, usual="created")
    return render(request, "access_tokens/list.html", {"listing": listing, "tokens": shown(listing.rows)})


@never_cache
@page
def create(request: PageRequest) -> HttpResponse:
    form = AccessTokenForm(request.POST or None)
    if form.is_valid():
        try:
            made = access_tokens.create(
                form.cleaned_data["name"],
                limit=_limit(form, by=request.principal),
                duration_days=form.cleaned_data["days"],
                by=request.principal,
            )
        except Refusal as refusal:
            fields: dict[type[Refusal], str] = {AccessTokenExists: "name", Invalid: "name", ProjectUnknown: "projects"}
            add_refusal(form, refusal, fields.get(type(refusal), "projects" if form.cleaned_data["projects"] else None))
        else:
            context = {"name": request.principal.name, "secret": made.secret, "token": made.token}
            return render(request, "access_tokens/made.html", context, status=201)
    return render(request, "access_tokens/create.html", {"form": form}, status=422 if form.errors else 200)


@page
def revoke(request: PageRequest, token_id: int) -> HttpResponse:
    user = access_tokens.owner(by=request.principal)
    token = access_tokens.of_user(user, by=request.principal).filter(pk=token_id).first()
    if token is None:
        raise AccessTokenUnknown(f"you have no access token {token_id}")
    if request.method != "POST":
        return render(request, "access_tokens/revoke.html", {"token": token})
    access_tokens.revoke(user, token.pk, by=request.principal)
    return redirect(request, TOKENS, _("The access token %s is revoked.") % token.name)


def _limit(form: AccessTokenForm, *, by: Principal) -> list[Grant] | None:
    preset, names = form.cleaned_data["good_for"], form.cleaned_data["projects"] or ["*"]
    if preset == access_token_limits.EVERYTHING and names == ["*"]:
        return None
    return [access_token_limits.make(name, preset, [], by=by) for name in names]


def shown(tokens: object) -> list[Shown]:
    rows: list[AccessToken] = list(tokens)  # type: ignore[call-overload]
    limits = {token.pk: of_access_token(token).limit for token in rows}
    numbers = {part.project_id for parts in limits.values() for part in parts or () if part.project_id is not None}
    names = dict(Project.objects.filter(pk__in=numbers).values_list("pk", "name"))
    words = {name: str(said) for name, said in GOOD_FOR}
    return [
        Shown(
            token,
            f"{PREFIX}{token.key}",
            [words["all"]]
            if (limit := limits[token.pk]) is None
            else [_in_words(part, names, words) for part in limit],
        )
        for token in rows
    ]


def _in_words(part: Grant, names: dict[int, str], words: dict[str, str]) -> str:
    preset = access_token_limits.preset_of(part)
    may = words.get(preset) or _("%d actions") % len(part.actions)
    if part.project_id is None:
        return may
    return f"{may} · {names.get(part.project_id, _('a project that is gone'))}"
