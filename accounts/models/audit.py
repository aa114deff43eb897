"""Who did what, and when: rows written in the transaction of their cause."""

from django.db import models


class AuditRecord(models.Model):
    """One change or sign-in. Names are kept as they were, so a record outlives what it tells of."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    principal = models.CharField(max_length=255)
    operation = models.CharField(max_length=32)
    resource_type = models.CharField(max_length=32)
    resource = models.CharField(max_length=1024)
    project_id = models.BigIntegerField(null=True, db_index=True)
    succeeded = models.BooleanField(default=True)
    client_address = models.CharField(max_length=64, blank=True)
    request_id = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.principal} {self.operation} {self.resource_type} {self.resource}"
