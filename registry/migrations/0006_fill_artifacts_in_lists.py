"""What an installation holds already, told of as 0005 wants it."""

import re

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import Count, Exists, OuterRef, Q, Subquery, Sum

INDEXES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
KINDS = {
    "IMAGE": (
        "application/vnd.oci.image.config.v1+json",
        "application/vnd.docker.container.image.v1+json",
        "application/vnd.docker.plugin.v1+json",
    ),
    "CHART": ("application/vnd.cncf.helm.config.v1+json",),
    "WASM": ("application/vnd.wasm.config.v1+json",),
}
COSIGN = re.compile(r"(sha256|sha512)-[0-9a-f]{64,128}\.(sig|att|sbom)")


def fill(apps: StateApps, _: BaseDatabaseSchemaEditor) -> None:
    artifact, manifest, repository = (
        apps.get_model("registry", name) for name in ("Artifact", "Manifest", "Repository")
    )
    place = repository.objects.filter(pk=OuterRef("repository_id"))
    artifact.objects.update(project_id=Subquery(place.values("project_id")[:1]))
    manifest.objects.filter(media_type__in=INDEXES).update(kind="IMAGE")
    for kind, types in KINDS.items():
        manifest.objects.filter(config_media_type__in=types).update(kind=kind)
    _sizes(apps)
    _lists(apps)


def _sizes(apps: StateApps) -> None:
    manifest, child = apps.get_model("registry", "Manifest"), apps.get_model("registry", "ManifestChild")
    images = manifest.objects.exclude(media_type__in=INDEXES).annotate(blobs=Sum("blob_references__blob__size"))
    for key, size, blobs in images.values_list("pk", "size", "blobs").iterator():
        manifest.objects.filter(pk=key).update(total_size=size + (blobs or 0))
    # Indexes in the order they came: what an index is made of was there before it.
    for index in manifest.objects.filter(media_type__in=INDEXES).order_by("pk").defer("payload").iterator():
        parts = child.objects.filter(parent=index).values("child_digest")
        inner = manifest.objects.filter(digest__in=parts).aggregate(all=Sum("total_size"))["all"] or 0
        manifest.objects.filter(pk=index.pk).update(total_size=index.size + inner)


def _lists(apps: StateApps) -> None:
    artifact, tag = apps.get_model("registry", "Artifact"), apps.get_model("registry", "Tag")
    child, repository = apps.get_model("registry", "ManifestChild"), apps.get_model("registry", "Repository")
    whole = child.objects.filter(
        child_digest=OuterRef("digest"),
        parent__artifacts__repository=OuterRef("repository_id"),
        parent__artifacts__deleted_at=None,
    )
    is_part = Exists(whole) & ~Exists(tag.objects.filter(artifact=OuterRef("pk")))
    artifact.objects.filter(~Q(manifest__subject_digest="") | is_part).update(is_listed=False)
    signatures = [key for key, name in tag.objects.values_list("artifact", "name").iterator() if COSIGN.fullmatch(name)]
    for start in range(0, len(signatures), 500):
        artifact.objects.filter(pk__in=signatures[start : start + 500]).update(is_listed=False)
    shown = artifact.objects.filter(deleted_at=None, is_listed=True).values_list("repository")
    for key, count in shown.annotate(count=Count("pk")):
        repository.objects.filter(pk=key).update(artifact_count=count)


class Migration(migrations.Migration):
    dependencies = (("registry", "0005_artifacts_in_lists"),)
    operations = (migrations.RunPython(fill, migrations.RunPython.noop),)
