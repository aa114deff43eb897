"""Sending every audit record to a syslog server, in the order of the chain.

What was sent is remembered after it was sent: nothing is lost, and after a cut some may come twice (each has its
number). A server that does not answer hinders nobody: records wait in the database, where they are anyway."""

from django.db.transaction import atomic

from accounts import setting_values
from accounts.audit_log import purging, syslog
from accounts.models import AuditAnchor, AuditForward, AuditRecord

BATCH = 500


@atomic
def cursor() -> AuditForward | None:
    """How far the server that the settings name has got; None where they name none. A server that is new here
    gets what is sealed from now on."""
    endpoint = setting_values.text("audit_log_forward_endpoint").strip()
    known = AuditForward.objects.select_for_update().first()
    if known and known.endpoint == endpoint:
        return known
    AuditForward.objects.all().delete()
    if not endpoint:
        return None
    end = AuditAnchor.objects.filter(is_purge=False).first()
    return AuditForward.objects.create(endpoint=endpoint, sequence=end.sequence if end else 0)


def send_some() -> int:
    """Send the next records; answers how many. OSError where the server cannot be had. One job does this at a time."""
    reached = cursor()
    if reached is None:
        return 0
    ahead = AuditRecord.objects.filter(sequence__gt=reached.sequence).order_by("sequence")
    rows = list(ahead[:BATCH])
    if rows:
        syslog.send([syslog.message(row) for row in rows], syslog.endpoint(reached.endpoint))
        still_there = AuditForward.objects.filter(pk=reached.pk, sequence=reached.sequence)
        still_there.update(sequence=rows[-1].sequence)
        if setting_values.flag("skip_audit_log_database"):
            _drop(rows)
    return len(rows)


def _drop(rows: list[AuditRecord]) -> None:
    """Where the server keeps the records, they were here only to be sent."""
    sent = AuditRecord.objects.filter(pk__in=[row.pk for row in rows]).order_by("sequence")
    while purging.take_some(sent):
        pass
