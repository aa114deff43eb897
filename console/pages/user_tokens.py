"""The access tokens of somebody else: what they are good for, and an end to those that must not be used any more."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts import access_tokens
from accounts.exceptions import AccessTokenUnknown
from accounts.permissions import may
from console.pages import access_tokens as my_tokens
from console.pages import users
from console.pages.base import PageRequest, page, redirect, render
from console.pages.listing import Listing


@page
def list_(request: PageRequest, number: int) -> HttpResponse:
    by = request.principal
    if number == by.user_id:
        return redirect(request, my_tokens.TOKENS)
    user = access_tokens.owner(number, by=by)
    listing = Listing(request, access_tokens.of_user(user, by=by), my_tokens.COLUMNS, usual="created")
    may_revoke = may(by, "system-user:update", None)
    return users.shown(
        request, user, "tokens", listing=listing, tokens=my_tokens.shown(listing.rows), may_revoke=may_revoke
    )


@page
def revoke(request: PageRequest, number: int, token_id: int) -> HttpResponse:
    by = request.principal
    user = access_tokens.owner(number, "update", by=by)
    token = access_tokens.of_user(user, by=by).filter(pk=token_id).first()
    if token is None:
        raise AccessTokenUnknown(f"{user} has no access token {token_id}")
    if request.method == "POST":
        access_tokens.revoke(user, token.pk, by=by)
        return redirect(request, users.url(user, "tokens"), _("The access token %s is revoked.") % token.name)
    return render(request, "users/revoke_token.html", {"user": user, "token": token})
