"""Copying artifacts to another project, or to another repository of the same."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import projects
from accounts.exceptions import Invalid, NotAllowed, ProjectUnknown, Refusal
from accounts.models import Project
from accounts.permissions import require
from accounts.standings import standings
from console import navigation
from console.forms.repositories import CopyForm
from console.pages.base import PageRequest, add_refusal, page, render
from console.pages.base import redirect as lead
from console.pages.repository import chosen
from console.pages.repository import head as heads
from console.pages.repository.head import Head
from registry.content import bulk, copies, names, repositories
from registry.exceptions import ArtifactExists, BodyTooLarge, ManifestBlobUnknown, NameInvalid, QuotaExceeded
from registry.models import Artifact

NO_TARGET = (NotAllowed, ProjectUnknown)
REFUSALS = (*NO_TARGET, ArtifactExists, BodyTooLarge, Invalid, ManifestBlobUnknown, NameInvalid, QuotaExceeded)
PULL = "repository:pull"
PUSH = "artifact:create"
# Of so many projects that match it is asked where one may push; so many are offered.
MOST_ASKED = 100
MOST_OFFERED = 20


@page
def one(request: PageRequest, name: str, digest: str) -> HttpResponse:
    head = heads.admit(request, "", name, PULL)
    return _copy(request, head, chosen.of(request, head, digest))


@page
def many(request: PageRequest, name: str) -> HttpResponse:
    """Those that a list sent; a job copies them."""
    head = heads.admit(request, "", name, PULL)
    return _copy(request, head, chosen.of(request, head))


@page
def candidates(request: PageRequest, name: str) -> HttpResponse:
    """The projects that a part of a name may mean, for the form: a part of its page."""
    heads.admit(request, "", name, PULL)
    part = request.GET.get("project", "").strip()
    found = list(projects.visible_to(request.principal).filter(name__icontains=part).order_by("name")[:MOST_ASKED])
    held = standings(request.principal, found)
    offered = [project.name for project in found if held[project.pk].allows(PUSH)][:MOST_OFFERED]
    return render(request, "repository/_candidates.html", {"names": offered})


def _copy(request: PageRequest, head: Head, found: Sequence[Artifact]) -> HttpResponse:
    sent = request.POST if chosen.is_confirmed(request) else None
    form = CopyForm(sent, initial={"repository": head.below})
    if form.is_valid():
        try:
            return _copied(request, head, found, form)
        except REFUSALS as refusal:
            add_refusal(form, refusal, _field_of(refusal))
    told = {"head": head, "found": found, "form": form, "size": sum(each.size for each in found)}
    return render(request, "repository/copy.html", told, status=422 if form.errors else 200)


def _copied(request: PageRequest, head: Head, found: Sequence[Artifact], form: CopyForm) -> HttpResponse:
    """One at once, several by a job."""
    target = projects.get(form.cleaned_data["project"].strip(), by=head.by)
    below = form.cleaned_data["repository"].strip("/ ")
    place = names.repository(f"{target.name}/{below}")
    require(head.by, PUSH, target, repository=place)
    if len(found) == 1:
        return _copied_at_once(request, head, found[0], target, place)
    job = bulk.copy_artifacts(Artifact.objects.filter(pk__in=[each.pk for each in found]), target, below, by=head.by)
    said = ngettext("%d artifact is being copied.", "%d artifacts are being copied.", len(found)) % len(found)
    return lead(request, f"/jobs/{job.pk}", said)


def _copied_at_once(request: PageRequest, head: Head, source: Artifact, target: Project, place: str) -> HttpResponse:
    if place == head.name:
        raise Invalid(_("it is there already: choose another project or repository"))
    copied = copies.copy(source, repositories.get_or_make(place, target), by=head.by)
    said = _("It is copied to %s, with its tags and what belongs to it.") % place
    return lead(request, navigation.artifact_url(place, copied.digest), said)


def _field_of(refusal: Refusal) -> str | None:
    if isinstance(refusal, NO_TARGET):
        return "project"
    return "repository" if isinstance(refusal, (NameInvalid, ArtifactExists)) else None
