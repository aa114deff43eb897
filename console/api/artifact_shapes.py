"""Artifacts as Harbor describes them. All that a page of them needs is asked for at once, however many they are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from rest_framework.request import Request

from console.api import places
from console.api.base import moment
from console.api.labels import shown as label_shown
from registry.content import accessories, additions, configs, icons
from registry.content.accessories import Accessory
from registry.models import Artifact, ArtifactLabel, ManifestChild, Tag

Shape = dict[str, object]
NEVER = datetime(1, 1, 1, tzinfo=UTC)
"""When something was pulled that never was: Harbor's clients expect a time."""


@dataclass(frozen=True)
class Wanted:
    """What of an artifact is asked for besides itself."""

    tags: bool = True
    labels: bool = False
    accessories: bool = False
    inherited: bool = False

    @classmethod
    def of(cls, request: Request) -> "Wanted":
        asked = request.query_params
        return cls(
            asked.get("with_tag", "true") != "false",
            asked.get("with_label") == "true",
            asked.get("with_accessory") == "true",
            asked.get("with_inherited_accessory") == "true",
        )


def shown(rows: Sequence[Artifact], wanted: Wanted) -> list[Shape]:
    configs.fill(artifact.manifest for artifact in rows)
    keys = [artifact.pk for artifact in rows]
    tags = _tags(keys) if wanted.tags else {}
    labels = _labels(keys) if wanted.labels else {}
    hanging = accessories.of(rows) if wanted.accessories else {}
    above = accessories.inherited(rows) if wanted.inherited else {}
    references = _references(rows)
    shapes = []
    for artifact in rows:
        shape = _plain(artifact) | {"references": references.get(artifact.pk, [])}
        shape |= {"tags": tags.get(artifact.pk, [])} if wanted.tags else {}
        shape |= {"labels": labels.get(artifact.pk, [])} if wanted.labels else {}
        if wanted.accessories:
            shape["accessories"] = [accessory_shown(each) for each in hanging.get(artifact.pk, [])]
        if wanted.inherited:
            shape["inherited_accessories"] = [accessory_shown(each) for each in above.get(artifact.pk, [])]
        shapes.append(shape)
    return shapes


def tag_shown(tag: Tag) -> Shape:
    return {
        "id": tag.pk,
        "repository_id": tag.repository_id,
        "artifact_id": tag.artifact_id,
        "name": tag.name,
        "push_time": moment(tag.moved_at),
        "pull_time": moment(tag.pulled_at or NEVER),
        "immutable": False,
    }


def accessory_shown(accessory: Accessory) -> Shape:
    artifact = accessory.artifact
    return {
        "id": artifact.pk,
        "artifact_id": artifact.pk,
        "subject_artifact_id": accessory.subject_id,
        "subject_artifact_digest": accessory.subject_digest,
        "subject_artifact_repo": artifact.repository.name,
        "size": artifact.manifest.total_size,
        "digest": artifact.digest,
        "type": accessory.kind,
        "icon": icons.of_accessory(accessory.kind),
        "creation_time": moment(artifact.pushed_at),
    }


def _plain(artifact: Artifact) -> Shape:
    manifest = artifact.manifest
    return {
        "id": artifact.pk,
        "type": manifest.kind,
        "media_type": manifest.config_media_type or manifest.media_type,
        "manifest_media_type": manifest.media_type,
        "artifact_type": manifest.artifact_type,
        "project_id": artifact.project_id,
        "repository_id": artifact.repository_id,
        "repository_name": artifact.repository.name,
        "digest": artifact.digest,
        "size": manifest.total_size,
        "icon": icons.of(manifest),
        "push_time": moment(artifact.pushed_at),
        "pull_time": moment(artifact.pulled_at or NEVER),
        "extra_attrs": manifest.details or {},
        "annotations": manifest.annotations,
        "addition_links": {name: _link(artifact, name) for name in additions.offered(artifact)},
    }


def _link(artifact: Artifact, addition: str) -> Shape:
    path = f"{places.path(artifact.repository.name)}/artifacts/{artifact.digest}/additions/{addition}"
    return {"href": path, "absolute": False}


def _tags(keys: Iterable[int]) -> dict[int, list[Shape]]:
    found: dict[int, list[Shape]] = {}
    for tag in Tag.objects.filter(artifact__in=keys).order_by("-moved_at", "name"):
        found.setdefault(tag.artifact_id, []).append(tag_shown(tag))
    return found


def _labels(keys: Iterable[int]) -> dict[int, list[Shape]]:
    found: dict[int, list[Shape]] = {}
    links = ArtifactLabel.objects.filter(artifact__in=keys).select_related("label").order_by("label__name", "pk")
    for link in links:
        found.setdefault(link.artifact_id, []).append(label_shown(link.label))
    return found


def _references(rows: Sequence[Artifact]) -> dict[int, list[Shape]]:
    """What the indexes among them are made of."""
    indexes = [artifact for artifact in rows if not artifact.manifest.config_media_type]
    if not indexes:
        return {}
    parts = ManifestChild.objects.filter(parent__in=[each.manifest_id for each in indexes]).order_by("position")
    by_manifest: dict[int, list[ManifestChild]] = {}
    for part in parts:
        by_manifest.setdefault(part.parent_id, []).append(part)
    standing = Artifact.objects.filter(
        repository__in={each.repository_id for each in indexes},
        digest__in={part.child_digest for listed in by_manifest.values() for part in listed},
        deleted_at=None,
    ).values_list("repository", "digest", "pk")
    numbers = {(repository, digest): key for repository, digest, key in standing}
    return {
        index.pk: [
            {
                "parent_id": index.pk,
                "child_id": numbers.get((index.repository_id, part.child_digest), 0),
                "child_digest": part.child_digest,
                "platform": part.platform,
                "annotations": {},
                "urls": [],
            }
            for part in by_manifest.get(index.manifest_id, [])
        ]
        for index in indexes
    }
