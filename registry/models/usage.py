"""How many bytes a project holds, and how many it may."""

from django.db import models

from accounts.models import Project
from registry.models.blob import Blob


class ProjectUsage(models.Model):
    """`used` is the sum of the sizes of the project's ProjectBlobs, changed in the same transaction as they are.

    `hard` is the limit in bytes; -1 is none."""

    project = models.OneToOneField(Project, primary_key=True, on_delete=models.CASCADE, related_name="usage")
    hard = models.BigIntegerField(default=-1)
    used = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.project}: {self.used} of {self.hard}"


class ProjectBlob(models.Model):
    """The project is charged for this blob: an artifact that stands in it has it, or a running push brought it."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="charged_blobs")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="charges")
    charged_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["project", "blob"], name="a_blob_is_charged_once_a_project"),)

    def __str__(self) -> str:
        return f"{self.blob} in {self.project}"
