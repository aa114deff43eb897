"""Who did what, and when: rows written in the transaction of their cause, and sealed after it."""

from django.db import models


class AuditRecord(models.Model):
    """One change, pull or sign-in. Names are kept as they were, so a record outlives what it tells of.

    `via` is the credential it was done with ("password", "session", "access token ci"). After the commit a
    sealer numbers the rows and chains them: `seal` is a hash of this row and of the seal before it."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    principal = models.CharField(max_length=255)
    via = models.CharField(max_length=255, blank=True)
    operation = models.CharField(max_length=32)
    resource_type = models.CharField(max_length=32)
    resource = models.CharField(max_length=1024)
    project_id = models.BigIntegerField(null=True)
    description = models.CharField(max_length=1024, blank=True)
    succeeded = models.BooleanField(default=True)
    client_address = models.CharField(max_length=64, blank=True)
    user_agent = models.CharField(max_length=255, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    sequence = models.BigIntegerField(null=True, unique=True)
    seal = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = (models.Index(fields=["project_id", "id"], name="audit_of_a_project"),)

    def __str__(self) -> str:
        return f"{self.principal} {self.operation} {self.resource_type} {self.resource}"


class AuditAnchor(models.Model):
    """Where the chain of seals stands: its last row, or the last that a purge took away (`is_purge`)."""

    sequence = models.BigIntegerField()
    seal = models.CharField(max_length=64)
    is_purge = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.sequence} {self.seal}"
