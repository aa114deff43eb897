"""Deleting artifacts, or all of a repository, after it was told what goes and who still pulls it."""

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console import navigation
from console.pages.base import PageRequest, public_page, redirect, render
from console.pages.repository import chosen
from console.pages.repository import head as heads
from console.pages.repository.head import Head
from console.templatetags import humane
from registry.content import accessories, artifacts, bulk, deletions, manifests, parts, pullers, usage
from registry.models import Artifact, Repository, Tag

MOST_TAGS = 100
# Of more, a job empties the repository.
AT_ONCE = 100


@public_page
def one(request: PageRequest, name: str, digest: str) -> HttpResponse:
    head = heads.admit(request, "", name, "artifact:delete")
    (artifact,) = chosen.of(request, head, digest)
    if not chosen.is_confirmed(request):
        return _asked(request, head, [artifact])
    artifacts.delete(artifact, by=head.by)
    said = _("%(digest)s is deleted. It can be brought back until %(until)s.")
    return redirect(request, _next(head), said % {"digest": digest[:15], "until": _until()})


@public_page
def many(request: PageRequest, name: str) -> HttpResponse:
    """Those that a list sent; a job deletes them."""
    head = heads.admit(request, "", name, "artifact:delete")
    found = chosen.of(request, head)
    if not chosen.is_confirmed(request):
        return _asked(request, head, found)
    job = bulk.delete_artifacts(Artifact.objects.filter(pk__in=[each.pk for each in found]), by=head.by)
    said = ngettext("%d artifact is being deleted.", "%d artifacts are being deleted.", len(found)) % len(found)
    return redirect(request, f"/jobs/{job.pk}", said)


@public_page
def everything(request: PageRequest, name: str) -> HttpResponse:
    head = heads.admit(request, "", name, "repository:delete")
    repository = head.repository
    if not chosen.is_confirmed(request):
        told = {
            "head": head,
            "tags": Tag.objects.filter(repository=repository).count(),
            "pulling": pullers.of_repository(repository),
            "until": deletions.undoable_until(timezone.now()),
        }
        return render(request, "repository/delete_all.html", told)
    if repository.artifact_count > AT_ONCE:
        job = bulk.delete_repositories(Repository.objects.filter(pk=repository.pk), by=head.by)
        return redirect(request, f"/jobs/{job.pk}", _("%s is being deleted.") % name)
    manifests.delete_all(repository, by=head.by)
    said = _("%(name)s is deleted. Its artifacts can be brought back until %(until)s.")
    return redirect(request, _next(head), said % {"name": name, "until": _until()})


def _asked(request: PageRequest, head: Head, found: Sequence[Artifact]) -> HttpResponse:
    keys = [each.pk for each in found]
    tags = list(Tag.objects.filter(artifact__in=keys).order_by("name").values_list("name", flat=True)[: MOST_TAGS + 1])
    hanging = {key for each in found for key in accessories.keys_of(each)} - {*keys}
    told = {
        "head": head,
        "found": found,
        "tags": tags[:MOST_TAGS],
        "has_more_tags": len(tags) > MOST_TAGS,
        "hanging": len(hanging),
        "freed": None if head.standing.is_narrowed else usage.freed_by(head.project.pk, [*keys, *hanging]),
        "indexes": [above for above in parts.indexes_with(found[0]) if above.pk not in keys] if len(found) == 1 else [],
        "pulling": pullers.of(found),
        "until": deletions.undoable_until(timezone.now()),
    }
    return render(request, "repository/delete.html", told)


def _next(head: Head) -> str:
    """What is left of the repository; else where it can be brought back, or its project."""
    if artifacts.standing_in(head.repository, with_parts=True).exists():
        return head.url()
    return head.url("deleted") if head.allows(deletions.UNDELETE) else navigation.project_url(head.project.name)


def _until() -> str:
    until: datetime = deletions.undoable_until(timezone.now())
    return humane.exact(until)
