"""An account for oneself, where the settings let people make one."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from accounts import configuration, users
from accounts.exceptions import Invalid, NotAuthenticated, UserExists
from console.forms.users import AccountForm
from console.pages.base import HOME, SIGN_IN, PageRequest, public_page, redirect, render
from console.pages.users import add_about


@sensitive_post_parameters()
@public_page
def show(request: PageRequest) -> HttpResponse:
    if not configuration.flag("self_registration"):
        raise NotAuthenticated("people do not make accounts for themselves here: ask a system admin")
    if not request.principal.is_anonymous:
        return redirect(request, HOME)
    form = AccountForm(request.POST or None)
    if form.is_valid():
        try:
            user = users.register(**form.account, by=request.principal)
        except (Invalid, UserExists) as refusal:
            add_about(form, refusal)
        else:
            return redirect(request, SIGN_IN, _("The account %s is yours. Sign in with it.") % user.username)
    return render(request, "sign_in/sign_up.html", {"form": form}, status=422 if form.errors else 200)
