"""All that hangs on an artifact, as a tree: signatures, SBOMs and attestations, and what hangs on those."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, Left

from registry.content import accessories
from registry.content.accessories import Accessory
from registry.models import Artifact, Manifest

MOST = 500
DEEPEST = 6
# How signers write down what their statement is about.
PREDICATES = ("dev.sigstore.bundle.predicateType", "in-toto.io/predicate-type")
LONGEST_PREDICATE = 200


@dataclass(frozen=True)
class Node:
    """`predicate` is what an attestation says of its subject, as a type: https://slsa.dev/provenance/v1."""

    accessory: Accessory
    predicate: str = ""
    below: list["Node"] = field(default_factory=list)


@dataclass(frozen=True)
class Tree:
    """`is_whole`: nothing was left out for there being too much."""

    nodes: list[Node]
    is_whole: bool


def tree(artifact: Artifact) -> Tree:
    """By few queries a level, however much hangs there. Each artifact has one place: tags could make a ring."""
    top: list[Node] = []
    lists = {artifact.pk: top}
    level = [artifact]
    for _ in range(DEEPEST):
        found = [each for hanging in accessories.of(level).values() for each in hanging]
        new = {each.artifact.pk: each for each in found if each.artifact.pk not in lists}
        if not new:
            return Tree(top, is_whole=True)
        room = MOST + 1 - len(lists)
        taken = [*new.values()][:room]
        predicates = _predicates(taken)
        for accessory in taken:
            node = Node(accessory, predicates.get(accessory.artifact.manifest_id, ""))
            lists[accessory.artifact.pk] = node.below
            lists[accessory.subject_id].append(node)
        if len(new) > room:
            return Tree(top, is_whole=False)
        level = [each.artifact for each in taken]
    return Tree(top, is_whole=not accessories.of(level))


def _predicates(listed: Iterable[Accessory]) -> dict[int, str]:
    """By the number of the manifest. Read by itself: its annotations may be large."""
    named = Coalesce(*(KT(f"annotations__{key}") for key in PREDICATES))
    rows = Manifest.objects.filter(pk__in=[each.artifact.manifest_id for each in listed])
    found = rows.annotate(predicate=Left(named, LONGEST_PREDICATE)).values_list("pk", "predicate")
    return {key: predicate for key, predicate in found if predicate}
