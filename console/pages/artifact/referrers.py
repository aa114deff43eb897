"""What hangs on an artifact, as a tree: signatures, SBOMs, attestations, and what hangs on those."""

from collections import Counter
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.translation import gettext as _

from console import commands, context
from console.pages.artifact import head as heads
from console.pages.base import PageRequest, public_page, render
from registry.content import accessories, hanging
from registry.content.accessories import Accessory
from registry.content.hanging import Node
from registry.models import Artifact


@dataclass(frozen=True)
class Branch:
    """A node as it is shown; `tells` is its own type, or what it states."""

    accessory: Accessory
    icon: str
    word: str
    tells: str
    below: list["Branch"]


@public_page
def show(request: PageRequest, name: str, digest: str) -> HttpResponse:
    head = heads.admit(request, "referrers", name, digest)
    tree = hanging.tree(head.artifact)
    above = accessories.inherited([head.artifact]).get(head.artifact.pk, [])
    told = {
        "head": head,
        "branches": [_branch(node) for node in tree.nodes],
        "is_whole": tree.is_whole,
        "sign_command": commands.sign(head.artifact, host=context.host(request)),
        "inherited": [_branch(Node(each)) for each in above],
    }
    return render(request, "artifact/referrers.html", told)


def counted(artifact: Artifact) -> list[tuple[str, int]]:
    """How many of each kind hang on it: Signature, 2."""
    found = accessories.of([artifact]).get(artifact.pk, [])
    return sorted(Counter(_named(each, "")[1] for each in found).items())


def _branch(node: Node) -> Branch:
    manifest = node.accessory.artifact.manifest
    icon, word = _named(node.accessory, node.predicate)
    tells = node.predicate or manifest.artifact_type or manifest.config_media_type or manifest.media_type
    return Branch(node.accessory, icon, word, tells, [_branch(each) for each in node.below])


def _named(accessory: Accessory, predicate: str) -> tuple[str, str]:
    """The icon and the word for it. What we do not know is named by its type, beside the word."""
    manifest = accessory.artifact.manifest
    told = f"{manifest.artifact_type} {manifest.config_media_type} {predicate}".casefold()
    if any(word in told for word in ("sbom", "spdx", "cyclonedx")):
        return "list-details", _("SBOM")
    if predicate or "in-toto" in told or "attestation" in told:
        return "certificate", _("Attestation")
    if accessory.kind.startswith("signature"):
        return "signature", _("Signature")
    return "link", _("Referrer")
