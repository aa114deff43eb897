"""The chain of seals: committed records get numbers without a gap, and each a seal over itself and the seal before.

Records are written without, so that no change waits for another's. Soon after, the sealer numbers whatever is
committed; one sealer works at a time, since it holds the row that says where the chain ends."""

import hmac
from collections.abc import Sequence
from datetime import UTC

from django.conf import settings
from django.db import connection
from django.db.transaction import atomic

from accounts.models import AuditAnchor, AuditRecord

BATCH = 500


class ChainBroken(Exception):
    """The end of the chain of seals is gone, or is not as it was left: run `manage.py audit verify`."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or type(self).__doc__)


def seal() -> int:
    """Seal all that is committed; answers how many records that were."""
    sealed = 0
    while count := _seal_some():
        sealed += count
    return sealed


@atomic
def _seal_some() -> int:
    end = hold()
    rows = list(AuditRecord.objects.filter(sequence=None).order_by("pk")[:BATCH])
    for row in rows:
        end.sequence += 1
        row.sequence = end.sequence
        row.seal = end.seal = seal_of(row, end.seal)
    if rows:
        _write(rows)
        vouch(end)
        end.save()
    return len(rows)


def _write(rows: Sequence[AuditRecord]) -> None:
    """One statement, again and again: bulk_update takes five times as long, and on SQLite others wait meanwhile."""
    statement = f"UPDATE {AuditRecord._meta.db_table} SET sequence = %s, seal = %s WHERE id = %s"  # noqa: S608  no input
    with connection.cursor() as cursor:
        cursor.executemany(statement, [(row.sequence, row.seal, row.pk) for row in rows])


def hold() -> AuditAnchor:
    """The end of the chain, which is nobody else's until the transaction ends."""
    ends = AuditAnchor.objects.select_for_update().filter(is_purge=False)
    end = ends.first() or _begin()
    if not is_vouched(end):
        raise ChainBroken
    return end


def _begin() -> AuditAnchor:
    if not (AuditRecord.objects.exclude(sequence=None).exists() or AuditAnchor.objects.filter(is_purge=True).exists()):
        # Where two begin at once, the second takes what the first has made.
        AuditAnchor.objects.bulk_create([vouch(AuditAnchor(sequence=0))], ignore_conflicts=True)
    end = AuditAnchor.objects.select_for_update().filter(is_purge=False).first()
    if end is None:
        raise ChainBroken
    return end


@atomic
def begin_anew() -> None:
    """Forget all seals, as is needed where their key is lost; what was altered before will not be found."""
    AuditRecord.objects.exclude(sequence=None).update(sequence=None, seal="")
    AuditAnchor.objects.all().delete()


def seal_of(record: AuditRecord, before: str) -> str:
    """What the seal of this record must be; `before` is the seal of the one before it."""
    return _mac(
        "record",
        before,
        str(record.sequence),
        str(record.pk),
        record.at.astimezone(UTC).isoformat(timespec="microseconds"),
        record.principal,
        record.via,
        record.operation,
        record.resource_type,
        record.resource,
        str(record.project_id),
        record.description,
        str(record.succeeded),
        record.client_address,
        record.user_agent,
        record.request_id,
    )


def vouch(anchor: AuditAnchor) -> AuditAnchor:
    anchor.mac = _anchor_mac(anchor)
    return anchor


def is_vouched(anchor: AuditAnchor) -> bool:
    return hmac.compare_digest(anchor.mac, _anchor_mac(anchor))


def _anchor_mac(anchor: AuditAnchor) -> str:
    kind = "purge" if anchor.is_purge else "end"
    return _mac(kind, str(anchor.first), str(anchor.sequence), anchor.seal)


def _mac(*parts: str) -> str:
    """Over each part with its length before it, so that no two sequences of parts look alike."""
    told = hmac.new(settings.AUDIT_KEY.encode(), digestmod="sha256")
    for part in parts:
        encoded = part.encode()
        told.update(len(encoded).to_bytes(8, "big") + encoded)
    return told.hexdigest()
