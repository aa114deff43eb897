"""Which labels an artifact has on: those of its project, and those of everybody."""

from django.db.models import Q
from django.http import HttpResponse
from django.utils.translation import gettext as _

from console import navigation
from console.forms.artifact_labels import ArtifactLabelsForm
from console.pages.base import PageRequest, page, redirect, render
from console.pages.repository import head as heads
from registry.content import artifacts, labels
from registry.models import ArtifactLabel, Label

ATTACH = "artifact-label:create"


@page
def change(request: PageRequest, name: str, digest: str) -> HttpResponse:
    head = heads.admit(request, "", name, ATTACH)
    artifact = artifacts.find(head.project, name, digest)
    offered = Label.objects.filter(Q(project=head.project) | Q(project=None)).order_by("name", "pk")
    held = set(ArtifactLabel.objects.filter(artifact=artifact).values_list("label", flat=True))
    form = ArtifactLabelsForm(request.POST if request.method == "POST" else None, offered=offered, held=held)
    if form.is_valid():
        labels.choose(artifact, {label.pk for label in form.cleaned_data["labels"]}, by=head.by)
        return redirect(request, navigation.artifact_url(name, digest), _("The labels are saved."))
    told = {"head": head, "artifact": artifact, "form": form, "may_make": head.allows("label:create")}
    return render(request, "repository/labels.html", told, status=422 if form.errors else 200)
