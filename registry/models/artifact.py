"""Artifacts: manifests as they stand in a repository; tags, and the log of their moves."""

from django.db import models
from django.db.models import Q

from accounts.models import Project
from registry.models.manifest import Manifest
from registry.models.repository import Repository


class Artifact(models.Model):
    """A manifest as it stands in a repository. Deleting is a date; `digest` repeats the manifest's, for the key.

    `is_listed`: whether lists show it by itself. Accessories are shown with what they belong to, and what
    is only a part of an index with that (content/listing.py). `is_tagged`: whether a tag points at it.
    `project` repeats the repository's, `kind` and `size` the manifest's: so each list is read off an index."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="artifacts", db_index=False)
    repository = models.ForeignKey(Repository, on_delete=models.CASCADE, related_name="artifacts")
    manifest = models.ForeignKey(Manifest, on_delete=models.PROTECT, related_name="artifacts")
    digest = models.CharField(max_length=136)
    pushed_at = models.DateTimeField()
    pushed_by = models.CharField(max_length=255)
    pulled_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.CharField(max_length=255, blank=True)
    is_listed = models.BooleanField(default=True)
    is_tagged = models.BooleanField(default=False)
    kind = models.CharField(max_length=64, default="UNKNOWN")
    size = models.PositiveBigIntegerField(default=0)

    class Meta:
        indexes = (
            models.Index(
                fields=["repository", "-pushed_at", "-id"],
                condition=Q(deleted_at=None, is_listed=True),
                name="artifacts_of_a_repository",
            ),
            models.Index(
                fields=["project", "-pushed_at", "-id"],
                condition=Q(deleted_at=None, is_listed=True),
                name="artifacts_of_a_project",
            ),
            models.Index(
                fields=["repository", "-pushed_at", "-id", "is_listed"],
                condition=Q(deleted_at=None),
                name="artifacts_with_parts",
            ),
            models.Index(
                fields=["repository", "is_tagged", "-pushed_at", "-id"],
                condition=Q(deleted_at=None, is_listed=True),
                name="artifacts_by_tags",
            ),
            models.Index(
                fields=["repository", "kind", "-pushed_at", "-id"],
                condition=Q(deleted_at=None, is_listed=True),
                name="artifacts_by_kind",
            ),
            models.Index(
                fields=["repository", "pulled_at", "id"],
                condition=Q(deleted_at=None, is_listed=True),
                name="artifacts_by_pull",
            ),
            models.Index(
                fields=["repository", "size", "id"],
                condition=Q(deleted_at=None, is_listed=True),
                name="artifacts_by_size",
            ),
            models.Index(
                fields=["repository", "digest", "deleted_at"],
                condition=Q(deleted_at__isnull=False),
                name="deletions_of_a_digest",
            ),
            models.Index(
                fields=["repository", "-deleted_at", "-id"],
                condition=Q(deleted_at__isnull=False),
                name="deletions_in_a_repository",
            ),
            models.Index(
                fields=["project", "-deleted_at", "-id"],
                condition=Q(deleted_at__isnull=False),
                name="deletions_in_a_project",
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["repository", "digest"],
                condition=Q(deleted_at=None),
                name="one_live_artifact_per_digest",
            ),
        )

    def __str__(self) -> str:
        return f"{self.repository}@{self.digest}"


class Tag(models.Model):
    """A movable name for an artifact: the current row. Its past is in TagMove."""

    repository = models.ForeignKey(Repository, on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(max_length=128)
    artifact = models.ForeignKey(Artifact, on_delete=models.PROTECT, related_name="tags")
    moved_at = models.DateTimeField()
    pulled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["name"], name="tags_by_name"),)
        constraints = (models.UniqueConstraint(fields=["repository", "name"], name="one_tag_per_name"),)

    def __str__(self) -> str:
        return f"{self.repository}:{self.name}"


class TagMove(models.Model):
    """One move of a tag: made (`from_digest` empty), moved, or deleted (`to_digest` empty). Never changed."""

    repository = models.ForeignKey(Repository, on_delete=models.CASCADE, related_name="tag_moves")
    tag = models.CharField(max_length=128)
    from_digest = models.CharField(max_length=136, blank=True)
    to_digest = models.CharField(max_length=136, blank=True)
    by = models.CharField(max_length=255)
    at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=["repository", "tag", "at"], name="moves_of_a_tag"),
            models.Index(fields=["repository", "-at", "-id"], name="moves_in_a_repository"),
        )

    def __str__(self) -> str:
        return f"{self.repository}:{self.tag} {self.from_digest or 'nothing'} to {self.to_digest or 'nothing'}"
