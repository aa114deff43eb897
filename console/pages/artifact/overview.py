"""An artifact at a glance: how to pull it, what it is, how it is run, what it says of itself."""

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts import projects
from accounts.permissions import require
from console import commands, context, navigation
from console.pages.artifact import head as heads
from console.pages.artifact import referrers
from console.pages.artifact.head import Head
from console.pages.base import PageRequest, public_page, render
from registry.content import artifacts, configs, names, parts, runtimes
from registry.models import ArtifactLabel, Tag

MOST_TAGS = 50
MOST_ANNOTATIONS = 200


@public_page
def by_tag(request: PageRequest, name: str, tag: str) -> HttpResponse:
    """A tag leads to what it points at now, and stays in view there."""
    project = projects.get(names.project_of(name), by=request.principal)
    require(request.principal, "artifact:read", project, repository=name, tag=tag)
    artifact = artifacts.find(project, name, tag)
    return HttpResponseRedirect(f"{navigation.artifact_url(name, artifact.digest)}?{urlencode({'tag': tag})}")


@public_page
def show(request: PageRequest, name: str, digest: str) -> HttpResponse:
    head = heads.admit(request, "", name, digest)
    artifact = head.artifact
    config = None if head.is_index else configs.find(artifact.manifest)
    subject, subject_stands = parts.subject_of(artifact)
    told = {
        "head": head,
        "labels": ArtifactLabel.objects.filter(artifact=artifact).select_related("label").order_by("label__name"),
        "is_unread": config is not None and config.content is None,
        "runtime": runtimes.of(config.fields) if config and artifact.kind == "IMAGE" else None,
        "chart": _chart(config) if config and artifact.kind == "CHART" else (),
        "annotations": sorted(artifact.manifest.annotations.items())[:MOST_ANNOTATIONS],
        "parts": parts.of(artifact) if head.is_index else None,
        "indexes": [] if head.is_index else parts.indexes_with(artifact),
        "subject": subject,
        "subject_stands": subject_stands,
        "hanging": referrers.counted(artifact) if head.allows("accessory:list") else (),
    }
    return render(request, "artifact/overview.html", told | _pulling(head))


def _pulling(head: Head) -> dict[str, object]:
    """By the tag in view, or else the one that came here last; and by the digest, which never moves."""
    held = Tag.objects.filter(artifact=head.artifact).order_by("-moved_at", "name")
    tags = [tag.name for tag in held[: MOST_TAGS + 1]] if head.allows("tag:list") else []
    tag = head.tag if head.tag and not head.has_moved else next(iter(tags), "")
    host = context.host(head.request)
    return {
        "tags": tags[:MOST_TAGS],
        "has_more_tags": len(tags) > MOST_TAGS,
        "by_tag": commands.pull(head.artifact, tag, host=host) if tag else (),
        "by_digest": commands.pull(head.artifact, head.artifact.digest, host=host),
    }


def _chart(config: configs.Config) -> list[tuple[str, str]]:
    """What a chart says of itself in a word each."""
    words = {
        "name": _("Name"),
        "version": _("Version"),
        "appVersion": _("Version of the app"),
        "kubeVersion": _("For Kubernetes"),
        "type": _("Kind"),
        "description": _("Description"),
        "home": _("Home page"),
    }
    return [(words[key], config.fields[key]) for key in words if isinstance(config.fields.get(key), str)]
