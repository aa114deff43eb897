"""Several instances seal, write and purge the audit log at once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts import audit
from accounts.audit import Note
from accounts.audit_log import chain, purging, verification
from accounts.audit_log.verification import Finding
from accounts.models import AuditRecord
from accounts.principals import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS, BATCHES, RECORDS = 3, 12, 20


def closing_its_connection(work):
    def run():
        try:
            return work()
        finally:
            connection.close()

    return run


def test_many_sealers_make_one_chain_without_gaps():
    over = threading.Event()

    def write() -> None:
        for number in range(BATCHES):
            audit.record_many([Note(SYSTEM, "create", "tag", f"app:{number}") for _ in range(RECORDS)])

    def seal() -> int:
        sealed = 0
        while not over.is_set():
            sealed += chain.seal()
            found = [each for each in verification.look() if isinstance(each, Finding)]
            assert not found, found
        return sealed + chain.seal()

    with ThreadPoolExecutor(WRITERS + 3) as pool:
        sealing = [pool.submit(closing_its_connection(seal)) for _ in range(3)]
        for writing in [pool.submit(closing_its_connection(write)) for _ in range(WRITERS)]:
            writing.result()
        over.set()
        sealed = sum(each.result() for each in sealing)
    total = WRITERS * BATCHES * RECORDS
    numbers = AuditRecord.objects.order_by("sequence").values_list("sequence", flat=True)
    assert (sealed, list(numbers)) == (total, list(range(1, total + 1)))


def test_a_verification_while_records_are_purged_finds_nothing(monkeypatch):
    monkeypatch.setattr(purging, "BATCH", 7)
    monkeypatch.setattr(verification, "BATCH", 5)
    audit.record_many([Note(SYSTEM, "pull", "artifact", f"app:{number}") for number in range(200)])
    chain.seal()

    def purge() -> int:
        taken = 0
        while count := purging.take_some(AuditRecord.objects.filter(pk__gt=0).order_by("sequence")):
            taken += count
        return taken

    with ThreadPoolExecutor(2) as pool:
        purging_at_once = [pool.submit(closing_its_connection(purge)) for _ in range(2)]
        while not all(each.done() for each in purging_at_once):
            found = [each for each in verification.look() if isinstance(each, Finding)]
            assert not found, found
        assert sum(each.result() for each in purging_at_once) == 200
