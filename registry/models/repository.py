"""A repository: a named place in a project where artifacts stand."""

from django.db import models

from accounts.models import Project


class Repository(models.Model):
    """`name` is the full name without host, `library/app`; its first segment is the project's name.

    `artifact_count` counts the artifacts that lists show, `tagged_count` those of them that have a tag; in the
    transactions that change them.
    The name is unique among all and sorts by bytes on every database (migration 0002)."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="repositories")
    name = models.CharField(max_length=255, unique=True)
    description = models.TextField(blank=True)
    artifact_count = models.PositiveIntegerField(default=0)
    tagged_count = models.PositiveIntegerField(default=0)
    pull_count = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name
