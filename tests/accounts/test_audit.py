"""The audit trail."""

import pytest
from django.db import transaction

from accounts import audit, members
from accounts.models import AuditRecord, BuiltIn
from accounts.principals import SYSTEM
from tests.factories.accounts import make_project, make_user

pytestmark = pytest.mark.django_db


def test_a_record_says_from_where_and_under_which_request():
    with audit.context(client_address="192.0.2.1", request_id="r-1"):
        audit.record(SYSTEM, "create", "thing", "one")
        with audit.context(client_address="192.0.2.2"):
            audit.record(SYSTEM, "create", "thing", "two")
    audit.record(SYSTEM, "create", "thing", "three")
    found = AuditRecord.objects.order_by("pk").values_list("resource", "client_address", "request_id")
    assert list(found) == [("one", "192.0.2.1", "r-1"), ("two", "192.0.2.2", "r-1"), ("three", "", "")]


def test_a_record_outlives_what_it_tells_of():
    project = make_project("app")
    members.add(project, make_user("alice"), BuiltIn.GUEST, by=SYSTEM)
    number = project.pk
    project.delete()
    assert AuditRecord.objects.get().project_id == number


def test_a_record_goes_with_the_transaction_of_its_cause():
    @transaction.atomic
    def record_and_fail() -> None:
        audit.record(SYSTEM, "create", "thing", "one")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        record_and_fail()
    assert not AuditRecord.objects.exists()


def test_what_is_too_long_to_record_is_cut():
    with audit.context(client_address="x" * 1000, request_id="y" * 1000):
        audit.record(SYSTEM, "create", "thing", "z" * 5000)
    record = AuditRecord.objects.get()
    assert (len(record.client_address), len(record.request_id), len(record.resource)) == (64, 64, 1024)
