"""What a repository is about, as its people wrote it, and how to push to it and pull from it."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.exceptions import Invalid
from console import markdown
from console.forms.repositories import DescriptionForm
from console.pages.base import PageRequest, add_refusal, public_page, redirect, render
from console.pages.repository import head as heads
from registry.content import repositories


@public_page
def show(request: PageRequest, name: str) -> HttpResponse:
    head = heads.admit(request, "about", name)
    told = {
        "head": head,
        "html": markdown.render(head.repository.description, below=1) if head.repository.description else "",
        "may_describe": head.allows("repository:update"),
        "may_push": head.allows("repository:push"),
    }
    return render(request, "repository/about.html", told)


@public_page
def edit(request: PageRequest, name: str) -> HttpResponse:
    head = heads.admit(request, "about", name, "repository:update")
    form = DescriptionForm(request.POST or None, initial={"description": head.repository.description})
    if request.method == "POST" and form.is_valid():
        try:
            repositories.describe(head.repository, form.cleaned_data["description"], by=head.by)
        except Invalid as refusal:
            add_refusal(form, refusal, "description")
        else:
            return redirect(request, head.url("about"), _("The description is saved."))
    told = {"head": head, "form": form}
    return render(request, "repository/edit.html", told, status=422 if form.errors else 200)
