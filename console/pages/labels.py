"""Labels: coloured words that people put on artifacts, of a project or of everybody. The latter are for system
admins to look after."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.exceptions import Invalid
from accounts.models import Project
from accounts.permissions import may, require
from accounts.principals import Principal
from console.forms.labels import USUAL, LabelForm
from console.pages import project_head
from console.pages.base import PageRequest, add_refusal, public_page, redirect, render
from console.pages.listing import Column, Listing, moment
from console.pages.project_head import Head
from registry.content import labels
from registry.exceptions import LabelExists, LabelUnknown
from registry.models import Label

OF_EVERYBODY = "/labels"
COLUMNS = {"name": Column("name"), "changed": Column("updated_at", moment, descends_first=True)}


@dataclass(frozen=True)
class Place:
    """Whose labels these are: a project's, which has a head, or everybody's. `may` is asked with a verb."""

    head: Head | None
    url: str
    may: Callable[[str], bool]

    @property
    def project(self) -> Project | None:
        return self.head.project if self.head else None

    @property
    def crumbs(self) -> list[tuple[str, str]]:
        return self.head.crumbs_to_here if self.head else [(OF_EVERYBODY, _("Labels"))]

    @property
    def rows(self) -> QuerySet[Label]:
        return Label.objects.filter(project=self.project)


@public_page
def list_(request: PageRequest, project_name: str = "") -> HttpResponse:
    place = _admit("list", project_name, by=request.principal)
    rows = place.rows
    if called := request.GET.get("q", "").strip():
        rows = rows.filter(name__icontains=called)
    context = {
        "place": place,
        "head": place.head,
        "listing": Listing(request, rows, COLUMNS, usual="name", told=_counted),
        "may": {verb: place.may(verb) for verb in ("create", "update", "delete")},
    }
    return render(request, "labels/list.html" if place.head else "labels/of_everybody.html", context)


@public_page
def create(request: PageRequest, project_name: str = "") -> HttpResponse:
    place = _admit("create", project_name, by=request.principal)
    form = LabelForm(request.POST or None)
    if form.is_valid():
        try:
            label = labels.create(**form.cleaned_data, project=place.project, by=request.principal)
        except (Invalid, LabelExists) as refusal:
            add_refusal(form, refusal, "name")
        else:
            return redirect(request, place.url, _("The label %s is made.") % label.name)
    return render(request, "labels/edit.html", {"place": place, "form": form}, status=422 if form.errors else 200)


@public_page
def change(request: PageRequest, label_id: int, project_name: str = "") -> HttpResponse:
    place = _admit("update", project_name, by=request.principal)
    label = _find(place, label_id)
    known = {"name": label.name, "description": label.description, "color": label.color or USUAL}
    form = LabelForm(request.POST or None, initial=known)
    if form.is_valid():
        try:
            labels.change(label, **form.cleaned_data, by=request.principal)
        except (Invalid, LabelExists) as refusal:
            add_refusal(form, refusal, "name")
        else:
            return redirect(request, place.url, _("The label %s is saved.") % label.name)
    context = {"place": place, "form": form, "label": label}
    return render(request, "labels/edit.html", context, status=422 if form.errors else 200)


@public_page
def delete(request: PageRequest, label_id: int, project_name: str = "") -> HttpResponse:
    place = _admit("delete", project_name, by=request.principal)
    label = _find(place, label_id)
    if request.method != "POST":
        return render(request, "labels/delete.html", {"place": place, "label": label})
    labels.delete(label, by=request.principal)
    return redirect(request, place.url, _("The label %s is deleted.") % label.name)


def _admit(verb: str, project_name: str, *, by: Principal) -> Place:
    """The place, for one who may do this there; else the refusal is raised."""
    if project_name:
        head = project_head.admit("labels", f"label:{verb}", project_name, by=by)
        return Place(head, head.tab_url, lambda verb: head.standing.allows(f"label:{verb}"))
    require(by, f"system-label:{'read' if verb == 'list' else verb}", None)
    return Place(None, OF_EVERYBODY, lambda verb: may(by, f"system-label:{verb}", None))


def _counted(rows: QuerySet[Label]) -> QuerySet[Label]:
    """With how many artifacts have each."""
    return rows.annotate(artifacts=Count("artifact_links"))


def _find(place: Place, label_id: int) -> Label:
    label = _counted(place.rows.filter(pk=label_id)).first()
    if label is None:
        whose = f"project {place.project} has no label" if place.project else "there is no label of everybody"
        raise LabelUnknown(f"{whose} {label_id}")
    return label
