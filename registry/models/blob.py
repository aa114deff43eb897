"""Bytes with a digest, and which repositories may show them."""

from django.db import models

from registry.models.repository import Repository


class BlobState(models.TextChoices):
    LIVE = "live"
    CONDEMNED = "condemned"
    DELETING = "deleting"


class Blob(models.Model):
    """Bytes in storage. The row is written after its bytes are safe, and goes before them.

    LIVE ──nothing refers──▶ CONDEMNED ──an hour at least──▶ DELETING ──▶ gone
      ▲                          │                              │
      └──── asked for: pardoned ─┘        uploaded again: revived with its own bytes ──▶ LIVE

    A blob in DELETING looks absent. Manifests' bytes are blobs too."""

    digest = models.CharField(max_length=136, unique=True)
    size = models.PositiveBigIntegerField()
    state = models.CharField(max_length=10, choices=BlobState.choices, default=BlobState.LIVE)
    condemned_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.digest


class BlobLink(models.Model):
    """This repository may show this blob: somebody uploaded or mounted it here."""

    repository = models.ForeignKey(Repository, on_delete=models.CASCADE, related_name="blob_links")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="links")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["repository", "blob"], name="one_link_per_repository_and_blob"),)

    def __str__(self) -> str:
        return f"{self.blob} in {self.repository}"
