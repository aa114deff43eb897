"""Who did what, and when: rows written in the transaction of their cause, and sealed after it."""

from django.db import models
from django.db.models import Q
from django.utils import timezone


class AuditRecord(models.Model):
    """One change, pull or sign-in. Names are kept as they were, so a record outlives what it tells of.

    `via` is the credential it was done with ("password", "session", "access token ci"). After the commit a
    sealer numbers the rows and chains them: `seal` is a hash of this row and of the seal before it."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
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
        indexes = (
            models.Index(fields=["project_id", "at"], name="audit_of_a_project"),
            models.Index(fields=["principal", "at"], name="audit_of_a_principal"),
            models.Index(fields=["operation", "at"], name="audit_of_an_operation"),
            models.Index(fields=["resource", "at"], name="audit_of_a_resource"),
            models.Index(fields=["resource_type", "at"], name="audit_of_a_resource_type"),
            models.Index(fields=["at"], condition=Q(succeeded=False), name="audit_of_what_failed"),
            models.Index(fields=["id"], condition=Q(sequence=None), name="audit_not_sealed_yet"),
        )

    def __str__(self) -> str:
        return f"{self.principal} {self.operation} {self.resource_type} {self.resource}"


class AuditAnchor(models.Model):
    """Where the chain of seals stands: its last row (the one anchor that is no purge), or a run of rows,
    from `first` to `sequence`, that a purge took away, with the last one's seal. `mac` vouches for the anchor."""

    first = models.BigIntegerField(default=1)
    sequence = models.BigIntegerField()
    seal = models.CharField(max_length=64)
    mac = models.CharField(max_length=64)
    is_purge = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["is_purge"], condition=Q(is_purge=False), name="the_chain_of_seals_has_one_end"
            ),
            models.UniqueConstraint(
                fields=["first"], condition=Q(is_purge=True), name="a_run_of_purged_rows_is_told_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.first} to {self.sequence}"


class AuditForward(models.Model):
    """Up to which record (`sequence`) a syslog endpoint has been sent everything. There is one row."""

    endpoint = models.CharField(max_length=1024)
    sequence = models.BigIntegerField()
    at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.endpoint} has all up to {self.sequence}"
