"""Why? May X do Y to Z, with the chain of reasons; and what was behind a refusal, by its id."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase

from accounts import refusals
from accounts.exceptions import NotAuthenticated, Refusal
from console import questions
from console.forms.why import WhyForm
from console.pages.base import PageRequest, add_refusal, page, public_page, render


@page
def ask(request: PageRequest) -> HttpResponse:
    form = WhyForm(request.GET if "action" in request.GET else None)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        try:
            told = questions.answer(form.asked(), by=request.principal)
        except NotAuthenticated:
            raise
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            context |= {
                "allowed": told.found.allowed,
                "sentence": told.found.sentence,
                "reasons": told.found.reasons,
                "who": told.subject.principal.name,
            }
    return render(request, "why/ask.html", context, status=422 if form.errors else 200)


@public_page
def refusal(request: PageRequest, number: str) -> HttpResponse:
    record = refusals.get(number, by=request.principal)
    return render(request, "why/refusal.html", {"record": record})


@page
def find(request: PageRequest) -> HttpResponseBase:
    """By the id that stands at the end of a message, as it was copied: with its brackets or without."""
    number = request.GET.get("id", "").strip().removeprefix("(why:").strip("() ")
    return refusal(request, number)
