"""The audit trail."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts import audit, configuration, members
from accounts.audit import Note
from accounts.audit_log import events
from accounts.models import AuditRecord, BuiltIn
from accounts.principals import SYSTEM
from tests.architecture import sources
from tests.factories.accounts import make_principal, make_project, make_user

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


def test_a_record_tells_program_and_credential():
    token = replace(make_principal("alice"), via="access token ci")
    with audit.context(user_agent="docker/29.0\0" + "x" * 300):
        audit.record(token, "create", "tag", "app:1", description="from a test")
    record = AuditRecord.objects.get()
    assert (record.via, record.user_agent[:11], len(record.user_agent)) == ("access token ci", "docker/29.0", 255)
    assert record.description == "from a test"


def test_events_that_are_turned_off_are_not_recorded():
    configuration.set("disabled_audit_log_event_types", "create_tag, login_user", by=SYSTEM)
    audit.record(SYSTEM, "create", "tag", "app:1")
    audit.record(SYSTEM, "delete", "tag", "app:1")
    configuration.set("pull_audit_log_disable", True, by=SYSTEM)
    audit.record_many([Note(SYSTEM, "pull", "artifact", "app:1"), Note(SYSTEM, "create", "artifact", "app:1")])
    told = AuditRecord.objects.order_by("pk").values_list("operation", "resource_type")
    assert list(told) == [
        ("update", "configuration"),
        ("delete", "tag"),
        ("update", "configuration"),
        ("create", "artifact"),
    ]


def test_nobody_can_turn_off_the_record_of_turning_off():
    configuration.set("disabled_audit_log_event_types", "update_configuration", by=SYSTEM)
    configuration.set("read_only", True, by=SYSTEM)
    assert AuditRecord.objects.count() == 2


def test_a_batch_keeps_the_times_of_what_it_tells():
    at = timezone.now() - timedelta(minutes=5)
    audit.record_many([Note(SYSTEM, "pull", "artifact", f"app:{number}", at=at) for number in range(3)])
    assert set(AuditRecord.objects.values_list("at", flat=True)) == {at}


def test_what_is_recorded_is_in_the_vocabulary():
    said = {events.name(*words) for file in sources.application() for words in recorded(sources.tree(file))}
    assert said > {"create_user", "delete_artifact"}
    assert said - {*events.EVERY} == set()


def recorded(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The operations and kinds of resources that a module's calls of audit.record name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record":
            operation, resource_type = node.args[1:3]
            if isinstance(operation, ast.Constant) and isinstance(resource_type, ast.Constant):
                yield str(operation.value), str(resource_type.value)
