"""Where the bytes of an artifact lie on the server's disk, as `manage.py locate` tells."""

from django.db.models import Q
from django.http import HttpResponse

from console.pages.artifact import head as heads
from console.pages.base import PageRequest, public_page, render
from registry.models import Artifact, ManifestBlob, ManifestChild
from registry.upkeep import locate

# Each file is looked at, which of very many takes too long for a page.
MOST_BLOBS = 1000


@public_page
def show(request: PageRequest, name: str, digest: str) -> HttpResponse:
    head = heads.admit(request, "disk", name, digest)
    by_tag = head.tag and not head.has_moved
    reference = f"{name}:{head.tag}" if by_tag else f"{name}@{digest}"
    tree = locate.tree(reference) if _blob_count(head.artifact) <= MOST_BLOBS else None
    told = {"head": head, "reference": reference, "root": locate.root(), "tree": tree}
    return render(request, "artifact/disk.html", told)


def _blob_count(artifact: Artifact) -> int:
    """Of the artifact and its parts; of what the parts of parts have, their number is left out."""
    parts = ManifestChild.objects.filter(parent=artifact.manifest_id)
    held = Q(manifest=artifact.manifest_id) | Q(manifest__digest__in=parts.values("child_digest"))
    return parts.count() + ManifestBlob.objects.filter(held).count()
