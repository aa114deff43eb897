"""Whether the audit log is as it was written: each sealed record is looked at again, in the order of the chain."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Max

from accounts.audit_log import chain
from accounts.models import AuditAnchor, AuditRecord

BATCH = 1000


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was left. `record_id` is the record's, where there is one."""

    sequence: int
    says: str
    record_id: int | None = None

    def __str__(self) -> str:
        where = f"record {self.record_id} (number {self.sequence})" if self.record_id else f"number {self.sequence}"
        return f"{where}: {self.says}"


@dataclass(frozen=True)
class Passed:
    """So many more records are as they were."""

    count: int


def look() -> Iterator[Finding | Passed]:
    """Go through the chain from its beginning. Others may seal and purge meanwhile."""
    end = AuditAnchor.objects.filter(is_purge=False).first()
    walk = _Walk(last=end.sequence if end else 0)
    yield from walk.records()
    yield from _look_at_end(end, walk)
    yield from _look_behind()


class _Walk:
    """Where a verification stands: the next number, and the seal before it (None where that is not known)."""

    def __init__(self, last: int) -> None:
        self.last = last
        self.next = 1
        self.before: str | None = ""

    def records(self) -> Iterator[Finding | Passed]:
        while rows := self._read():
            passed = 0
            for row in rows:
                found = [*self._to(row.sequence or 0), *self._look_at(row)]
                yield from found
                passed += not found
            yield Passed(passed)
        yield from self._to(self.last + 1)

    def _read(self) -> list[AuditRecord]:
        ahead = AuditRecord.objects.filter(sequence__gte=self.next, sequence__lte=self.last)
        return list(ahead.order_by("sequence")[:BATCH])

    def _to(self, sequence: int) -> Iterator[Finding]:
        """Over the numbers that no record has: a purge took those away, or nobody knows who did."""
        while self.next < sequence:
            anchor = _purge_at(self.next)
            if anchor is None:
                yield self._over_missing(sequence)
                continue
            if not chain.is_vouched(anchor):
                yield Finding(self.next, "what tells of a purge here was altered")
            self.next, self.before = anchor.sequence + 1, anchor.seal

    def _over_missing(self, sequence: int) -> Finding:
        """To the next purge, or to the next record."""
        purges = AuditAnchor.objects.filter(is_purge=True, first__gt=self.next, first__lt=sequence)
        found_again = purges.order_by("first").values_list("first", flat=True).first() or sequence
        missing = found_again - self.next
        finding = Finding(self.next, "a record is missing" if missing == 1 else f"{missing} records are missing")
        self.next, self.before = found_again, None
        return finding

    def _look_at(self, row: AuditRecord) -> Iterator[Finding]:
        assert row.sequence is not None
        if row.sequence < self.next:
            if not AuditRecord.objects.filter(pk=row.pk).exists():
                return  # the purge came after this was read
            yield Finding(row.sequence, "this stands where a purge took the record away", row.pk)
            return
        if self.before is not None and chain.seal_of(row, self.before) != row.seal:
            yield Finding(row.sequence, "this is not what was sealed here: altered, put in, or moved", row.pk)
        self.next, self.before = row.sequence + 1, row.seal


def _purge_at(sequence: int) -> AuditAnchor | None:
    found = AuditAnchor.objects.filter(is_purge=True, first__lte=sequence, sequence__gte=sequence)
    return found.order_by("first").first()


def _look_at_end(end: AuditAnchor | None, walk: _Walk) -> Iterator[Finding]:
    if end is None:
        if AuditRecord.objects.exclude(sequence=None).exists():
            yield Finding(0, "what tells where the chain ends is gone")
        return
    if not chain.is_vouched(end):
        yield Finding(end.sequence, "what tells where the chain ends was altered")
    elif walk.before is not None and walk.before != end.seal:
        yield Finding(end.sequence, "the chain ends with another record than the one that was sealed last")


def _look_behind() -> Iterator[Finding]:
    """At numbers that were given to nobody. The highest is read first, since the end moves on meanwhile."""
    highest = AuditRecord.objects.aggregate(highest=Max("sequence"))["highest"] or 0
    end = AuditAnchor.objects.filter(is_purge=False).first()
    behind = AuditRecord.objects.filter(sequence__gt=end.sequence, sequence__lte=highest) if end else []
    for row in behind:
        yield Finding(row.sequence or 0, "this stands behind the end of the chain: it was put in", row.pk)
