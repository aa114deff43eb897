"""Refusals that were explained: what the short id in an error message opens."""

from django.db import models


class RefusalRecord(models.Model):
    """One "no" to somebody who was signed in, with the chain of reasons behind it. Kept for a month."""

    id = models.CharField(primary_key=True, max_length=16)
    at = models.DateTimeField(auto_now_add=True, db_index=True)
    principal_key = models.CharField(max_length=64)
    principal = models.CharField(max_length=255)
    action = models.CharField(max_length=64, blank=True)
    project_id = models.BigIntegerField(null=True)
    resource = models.CharField(max_length=512, blank=True)
    message = models.TextField()
    reasons = models.JSONField(default=list)
    client_address = models.CharField(max_length=64, blank=True)
    request_id = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.id}: {self.message}"
