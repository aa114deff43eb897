"""Taking old records away, in a way that the chain of seals still shows what is missing without leave."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.db.transaction import atomic
from django.utils import timezone

from accounts.audit_log import chain, events
from accounts.exceptions import Invalid
from accounts.models import AuditAnchor, AuditForward, AuditRecord

BATCH = 500
LONGEST_RETENTION_HOURS = 240_000


@dataclass(frozen=True)
class Rule:
    """Which records go: those of these events that are older."""

    retention_hours: int
    events: frozenset[str]

    def rows(self) -> QuerySet[AuditRecord]:
        """The records that go now. What is not sealed, or not yet forwarded where it shall be, is left for the
        next time."""
        before = timezone.now() - timedelta(hours=self.retention_hours)
        found = AuditRecord.objects.filter(_of(self.events), at__lt=before).exclude(sequence=None)
        forwarded = AuditForward.objects.first()
        if forwarded:
            found = found.filter(sequence__lte=forwarded.sequence)
        return found.order_by("sequence")


def rule(retention_hours: int, named: str, operations: str = "") -> Rule:
    """From what a client sends: hours, and events with commas between; or, as clients wrote it before there were
    events, operations."""
    if not 0 < retention_hours <= LONGEST_RETENTION_HOURS:
        raise Invalid(f"audit_retention_hour must be from 1 to {LONGEST_RETENTION_HOURS}")
    named = named or ",".join(events.of_operations(operations))
    unknown = events.unknown(named)
    if unknown or not events.listed(named):
        raise Invalid(f"include_event_types: there is no event {unknown[0][:64]}" if unknown else "name some events")
    return Rule(retention_hours, events.listed(named))


@atomic
def take_some(rows: QuerySet[AuditRecord]) -> int:
    """Take the first of these records away; answers how many. Rows must be sealed, and in the chain's order."""
    chain.hold()
    taken = list(rows.only("pk", "sequence", "seal")[:BATCH])
    if taken:
        AuditRecord.objects.filter(pk__in=[row.pk for row in taken]).delete()
        _tell(_runs(taken))
    return len(taken)


def _of(named: Iterable[str]) -> Q:
    """The records of these events."""
    found = Q(pk=None)
    for event in named:
        operation, _, resource_type = event.partition("_")
        found |= Q(operation=operation, resource_type__in={resource_type, resource_type.replace("_", " ")})
    return found


def _runs(taken: Sequence[AuditRecord]) -> list[AuditAnchor]:
    runs: list[AuditAnchor] = []
    for row in taken:
        sequence = row.sequence or 0
        if runs and runs[-1].sequence == sequence - 1:
            runs[-1].sequence, runs[-1].seal = sequence, row.seal
        else:
            runs.append(AuditAnchor(first=sequence, sequence=sequence, seal=row.seal, is_purge=True))
    return runs


def _tell(runs: Sequence[AuditAnchor]) -> None:
    """Write down what is gone, as few runs as can be: those that touch become one."""
    touching = AuditAnchor.objects.filter(
        Q(sequence__in=[run.first - 1 for run in runs]) | Q(first__in=[run.sequence + 1 for run in runs]),
        is_purge=True,
    )
    whole: list[AuditAnchor] = []
    for run in sorted([*runs, *touching], key=lambda anchor: anchor.first):
        if whole and whole[-1].sequence == run.first - 1:
            whole[-1].sequence, whole[-1].seal = run.sequence, run.seal
        else:
            whole.append(AuditAnchor(first=run.first, sequence=run.sequence, seal=run.seal, is_purge=True))
    touching.delete()
    AuditAnchor.objects.bulk_create([chain.vouch(anchor) for anchor in whole])
