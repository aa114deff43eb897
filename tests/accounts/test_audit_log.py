"""Seals of the audit log: what is altered, removed, put in or moved is found."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts import audit
from accounts.audit import Note
from accounts.audit_log import chain, purging, verification
from accounts.audit_log.chain import ChainBroken
from accounts.audit_log.verification import Finding
from accounts.models import AuditAnchor, AuditRecord
from accounts.principals import SYSTEM

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def write(count: int = 5, *, operation: str = "create", age: timedelta = timedelta(0)) -> None:
    at = timezone.now() - age
    audit.record_many([Note(SYSTEM, operation, "artifact", f"app:{number}", at=at) for number in range(count)])


def findings() -> list[int]:
    """The numbers at which something is found."""
    return [event.sequence for event in verification.look() if isinstance(event, Finding)]


def record(sequence: int):
    return AuditRecord.objects.filter(sequence=sequence)


def verify() -> str:
    out = StringIO()
    call_command("audit", "verify", stdout=out)
    return out.getvalue()


def test_records_are_numbered_without_gaps_and_chained():
    write(3)
    assert chain.seal() == 3
    write(2)
    assert (chain.seal(), chain.seal()) == (2, 0)
    assert list(AuditRecord.objects.order_by("pk").values_list("sequence", flat=True)) == [1, 2, 3, 4, 5]
    assert findings() == []
    assert verify() == "As they were written: 5 records.\n"


@pytest.mark.parametrize(
    "change",
    [
        {"principal": "mallory"},
        {"resource": "app:0"},
        {"description": "nothing to see here"},
        {"succeeded": False},
        {"project_id": 7},
        {"at": timezone.now() - HOUR},
        {"client_address": "192.0.2.1"},
        # The same letters, parted in another way.
        {"operation": "createartifact", "resource_type": ""},
        {"seal": "0" * 64},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_altered_record_is_found(change):
    write()
    chain.seal()
    record(3).update(**change)
    assert findings()[0] == 3
    with pytest.raises(CommandError, match=r"findings: [12]"):
        verify()


def test_a_record_that_is_removed_is_missed_wherever_it_stood():
    for sequence in (1, 3, 5):
        AuditRecord.objects.all().delete()
        AuditAnchor.objects.all().delete()
        write()
        chain.seal()
        record(sequence).delete()
        assert findings() == [sequence]
    record(4).delete()
    assert findings() == [4]


def test_all_records_that_are_removed_are_missed():
    write()
    chain.seal()
    AuditRecord.objects.all().delete()
    (found,) = [str(event) for event in verification.look() if isinstance(event, Finding)]
    assert found == "number 1: 5 records are missing"


def test_records_that_changed_places_are_found():
    write()
    chain.seal()
    second, third = record(2).get(), record(3).get()
    record(2).update(sequence=100)
    record(3).update(sequence=2, seal=second.seal)
    record(100).update(sequence=3, seal=third.seal)
    assert {2, 3} <= {*findings()}


def test_records_that_are_put_in_are_found():
    write()
    chain.seal()
    AuditRecord.objects.create(principal="x", operation="delete", resource_type="tag", resource="y", sequence=6)
    assert findings() == [6]
    record(6).delete()
    record(2).delete()
    AuditRecord.objects.create(principal="x", operation="delete", resource_type="tag", resource="y", sequence=2)
    assert findings()[0] == 2


def test_the_end_of_the_chain_cannot_be_moved():
    write()
    chain.seal()
    end = AuditAnchor.objects.get()
    AuditAnchor.objects.update(sequence=4, seal=record(4).get().seal)
    record(5).delete()
    assert findings() == [4]
    write(1)
    with pytest.raises(ChainBroken):
        chain.seal()
    end.delete()
    assert findings() == [0]
    with pytest.raises(ChainBroken):
        chain.seal()


def test_seals_of_another_key_are_none(settings):
    write()
    chain.seal()
    settings.AUDIT_KEY = "another key, as long as a key must be"
    assert 1 in findings()
    with pytest.raises(ChainBroken):
        chain.seal()
    call_command("audit", "seal", "--anew", stdout=StringIO())
    assert findings() == []
    assert AuditRecord.objects.latest("pk").resource == "the seals of the audit log are begun anew"


def purge(hours: int, named: str) -> int:
    rows, taken = purging.rule(hours, named).rows(), 0
    while count := purging.take_some(rows):
        taken += count
    return taken


def test_what_is_purged_is_not_missed_but_what_is_removed_beside_it_is():
    for _ in range(3):
        write(2, operation="pull", age=5 * HOUR)
        write(2, operation="create", age=5 * HOUR)
    write(2, operation="pull")
    chain.seal()
    assert purge(4, "pull_artifact") == 6
    assert AuditRecord.objects.count() == 8
    assert findings() == []
    assert AuditAnchor.objects.filter(is_purge=True).count() == 3
    record(7).delete()
    assert findings() == [7]
    AuditAnchor.objects.filter(first=5).update(sequence=7)
    assert findings() != []


def test_runs_of_purged_records_that_touch_become_one():
    write(3, operation="pull", age=5 * HOUR)
    write(3, operation="create", age=5 * HOUR)
    chain.seal()
    purge(4, "pull_artifact")
    write(1)
    chain.seal()
    purge(4, "create_artifact")
    (run,) = AuditAnchor.objects.filter(is_purge=True)
    assert (run.first, run.sequence) == (1, 6)
    assert findings() == []


def test_what_is_put_where_a_purge_has_been_is_found():
    write(4, operation="pull", age=5 * HOUR)
    write(1)
    chain.seal()
    purge(4, "pull_artifact")
    AuditRecord.objects.create(principal="x", operation="delete", resource_type="tag", resource="y", sequence=2)
    assert findings() == [2]


def test_a_purge_leaves_what_is_not_sealed():
    write(2, age=5 * HOUR)
    assert purge(1, "create_artifact") == 0
    chain.seal()
    assert purge(1, "create_artifact") == 2


def test_the_export_has_every_record_in_the_order_of_the_chain():
    write(2)
    chain.seal()
    write(1)
    out = StringIO()
    call_command("audit", "export", stdout=out)
    assert [line.partition('"resource": ')[2][:7] for line in out.getvalue().splitlines()] == [
        '"app:0"',
        '"app:1"',
        '"app:0"',
    ]
