"""The labels of a project: coloured words that people put on its artifacts."""

from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.exceptions import Invalid
from accounts.principals import Principal
from console.forms.labels import USUAL, LabelForm
from console.pages import project_head
from console.pages.base import PageRequest, add_refusal, public_page, redirect, render
from console.pages.listing import Column, Listing, moment
from console.pages.project_head import Head
from registry.content import labels
from registry.exceptions import LabelExists, LabelUnknown
from registry.models import Label

COLUMNS = {"name": Column("name"), "changed": Column("updated_at", moment, descends_first=True)}


@public_page
def list_(request: PageRequest, project_name: str) -> HttpResponse:
    head = _admit("label:list", project_name, by=request.principal)
    rows = Label.objects.filter(project=head.project)
    if called := request.GET.get("q", "").strip():
        rows = rows.filter(name__icontains=called)
    listing = Listing(request, rows, COLUMNS, usual="name", told=_counted)
    allows = head.standing.allows
    may = {verb: allows(f"label:{verb}") for verb in ("create", "update", "delete")}
    return render(request, "labels/list.html", {"head": head, "listing": listing, "may": may})


@public_page
def create(request: PageRequest, project_name: str) -> HttpResponse:
    head = _admit("label:create", project_name, by=request.principal)
    form = LabelForm(request.POST or None)
    if form.is_valid():
        try:
            label = labels.create(**form.cleaned_data, project=head.project, by=request.principal)
        except (Invalid, LabelExists) as refusal:
            add_refusal(form, refusal, "name")
        else:
            return redirect(request, head.tab_url, _("The label %s is made.") % label.name)
    return render(request, "labels/edit.html", {"head": head, "form": form}, status=422 if form.errors else 200)


@public_page
def change(request: PageRequest, project_name: str, label_id: int) -> HttpResponse:
    head = _admit("label:update", project_name, by=request.principal)
    label = _of(head, label_id)
    known = {"name": label.name, "description": label.description, "color": label.color or USUAL}
    form = LabelForm(request.POST or None, initial=known)
    if form.is_valid():
        try:
            labels.change(label, **form.cleaned_data, by=request.principal)
        except (Invalid, LabelExists) as refusal:
            add_refusal(form, refusal, "name")
        else:
            return redirect(request, head.tab_url, _("The label %s is saved.") % label.name)
    context = {"head": head, "form": form, "label": label}
    return render(request, "labels/edit.html", context, status=422 if form.errors else 200)


@public_page
def delete(request: PageRequest, project_name: str, label_id: int) -> HttpResponse:
    head = _admit("label:delete", project_name, by=request.principal)
    label = _of(head, label_id)
    if request.method != "POST":
        return render(request, "labels/delete.html", {"head": head, "label": label})
    labels.delete(label, by=request.principal)
    return redirect(request, head.tab_url, _("The label %s is deleted.") % label.name)


def _admit(action: str, project_name: str, *, by: Principal) -> Head:
    return project_head.admit("labels", action, project_name, by=by)


def _counted(rows: QuerySet[Label]) -> QuerySet[Label]:
    """With how many artifacts have each."""
    return rows.annotate(artifacts=Count("artifact_links"))


def _of(head: Head, label_id: int) -> Label:
    label = _counted(Label.objects.filter(project=head.project, pk=label_id)).first()
    if label is None:
        raise LabelUnknown(f"project {head.project} has no label {label_id}")
    return label
