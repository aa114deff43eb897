"""Manifests: the JSON documents, and what they refer to."""

from django.db import models
from django.db.models import Q

from registry.models.blob import Blob


class Manifest(models.Model):
    """A document under one media type, whatever repositories it stands in.

    The same bytes may be read under two media types where the document names none, hence the pair.
    `kind` is Harbor's word for what it is (IMAGE, CHART), `total_size` counts what it refers to too, and
    `details` are what its config says of it, None until that was read (content/configs.py)."""

    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="manifests")
    digest = models.CharField(max_length=136)
    media_type = models.CharField(max_length=255)
    payload = models.BinaryField()
    size = models.PositiveIntegerField()
    artifact_type = models.CharField(max_length=255, blank=True)
    config_media_type = models.CharField(max_length=255, blank=True)
    subject_digest = models.CharField(max_length=136, blank=True, db_index=True)
    annotations = models.JSONField(default=dict)
    kind = models.CharField(max_length=64, default="UNKNOWN")
    total_size = models.PositiveBigIntegerField(default=0)
    details = models.JSONField(null=True)
    icon_digest = models.CharField(max_length=136, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = (models.Index(fields=["icon_digest"], condition=~Q(icon_digest=""), name="manifests_with_an_icon"),)
        constraints = (
            models.UniqueConstraint(fields=["digest", "media_type"], name="one_manifest_per_digest_and_media_type"),
        )

    def __str__(self) -> str:
        return self.digest


class BlobRole(models.TextChoices):
    CONFIG = "config"
    LAYER = "layer"


class ManifestBlob(models.Model):
    """A manifest refers to a blob that we hold. Foreign layers that are elsewhere have no row."""

    manifest = models.ForeignKey(Manifest, on_delete=models.CASCADE, related_name="blob_references")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="manifest_references")
    role = models.CharField(max_length=8, choices=BlobRole.choices)
    position = models.PositiveIntegerField()
    media_type = models.CharField(max_length=255)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["manifest", "role", "position"], name="one_blob_per_place_in_a_manifest"),
        )

    def __str__(self) -> str:
        return f"{self.role} {self.position} of {self.manifest}"


class ManifestChild(models.Model):
    """An index refers to a manifest, whose digest is kept even where the child is in no table any more."""

    parent = models.ForeignKey(Manifest, on_delete=models.CASCADE, related_name="children")
    child_digest = models.CharField(max_length=136, db_index=True)
    media_type = models.CharField(max_length=255)
    position = models.PositiveIntegerField()
    platform = models.JSONField(default=dict)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["parent", "position"], name="one_child_per_place_in_an_index"),)

    def __str__(self) -> str:
        return f"child {self.position} of {self.parent}"
