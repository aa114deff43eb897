"""A blob on its way in."""

import uuid

from django.db import models

from registry.models.repository import Repository


class Upload(models.Model):
    """One row and one file (`_uploads/<id>/data`). Ends as a Blob, or is cancelled or swept.

    `offset` bytes of the file are on disk for certain; a resume truncates the file to it.
    `digest_so_far` is the sha256 of those bytes where it is known without reading them again, else empty.
    `fence` rises whenever a writer begins; every write says WHERE fence = ?, so a writer that
    was overtaken can no longer change the row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    repository = models.ForeignKey(Repository, on_delete=models.CASCADE, related_name="uploads")
    principal_key = models.CharField(max_length=64)
    offset = models.PositiveBigIntegerField(default=0)
    digest_so_far = models.CharField(max_length=71, blank=True)
    fence = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    touched_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        indexes = (models.Index(fields=["principal_key"], name="uploads_of_a_principal"),)

    def __str__(self) -> str:
        return str(self.id)
