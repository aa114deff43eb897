"""/api/v2.0/system/purgeaudit"""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import audit
from accounts.audit import Note
from accounts.audit_log import chain, verification
from accounts.models import AuditRecord
from accounts.principals import SYSTEM
from registry.jobs import enqueue, run, schedule
from registry.models import Job, Schedule
from tests.factories.accounts import make_sysadmin
from tests.factories.http import client_of, send

# A job's lease is renewed by a thread of its own, which must see the rows.
pytestmark = pytest.mark.django_db(transaction=True)

PURGES = "/api/v2.0/system/purgeaudit"
SCHEDULE = f"{PURGES}/schedule"


@pytest.fixture
def admin():
    return client_of(make_sysadmin())


def body(kind: str, cron: str = "", **parameters):
    wanted = {"audit_retention_hour": 24, "include_event_types": "pull_artifact"} | parameters
    return {"schedule": {"type": kind, "cron": cron}, "parameters": wanted}


def write(operation: str, hours: int) -> None:
    at = timezone.now() - timedelta(hours=hours)
    audit.record_many([Note(SYSTEM, operation, "artifact", f"{operation} {hours}", at=at)])


def left() -> set[str]:
    return {*AuditRecord.objects.filter(resource_type="artifact").values_list("resource", flat=True)}


def purge(admin, **parameters) -> str:
    """A purge at once; answers its address."""
    made = send(admin, "POST", SCHEDULE, body("Manual", **parameters))
    assert made.status_code == 201, made.content
    run.run(int(made["Location"].rpartition("/")[2]))
    return str(made["Location"])


def test_a_purge_takes_old_records_of_its_events_and_leaves_the_chain_whole(admin):
    for operation, hours in (("pull", 30), ("pull", 3), ("create", 30)):
        write(operation, hours)
    chain.seal()
    place = purge(admin)
    assert left() == {"pull 3", "create 30"}
    assert not [each for each in verification.look() if isinstance(each, verification.Finding)]
    told = admin.get(place).json()
    assert (told["job_name"], told["job_kind"], told["job_status"]) == ("PURGE_AUDIT_LOG", "MANUAL", "Success")
    assert json.loads(told["job_parameters"]) == {
        "audit_retention_hour": 24,
        "include_event_types": "pull_artifact",
        "dry_run": False,
    }
    log = admin.get(f"{place}/log")
    assert log["Content-Type"].startswith("text/plain")
    assert "[INFO] Taken away: 1 records." in log.getvalue().decode()
    assert [run["id"] for run in admin.get(PURGES).json()] == [told["id"]]


def test_a_dry_run_takes_nothing(admin):
    write("pull", 30)
    chain.seal()
    place = purge(admin, dry_run=True)
    assert left() == {"pull 30"}
    assert "1 records would be taken away" in admin.get(f"{place}/log").getvalue().decode()


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"include_event_types": "", "include_operations": "create,pull"}, {"delete 30"}),
        ({"include_event_types": "create_artifact, delete_artifact"}, {"pull 30"}),
        ({"include_event_types": "other_events"}, {"pull 30", "create 30", "delete 30"}),
    ],
)
def test_what_goes_is_said_by_events_or_by_operations(admin, parameters, expected):
    for operation in ("pull", "create", "delete"):
        write(operation, 30)
    chain.seal()
    told = admin.get(purge(admin, **parameters)).json()
    assert left() == expected
    assert json.loads(told["job_parameters"]).items() >= {key: sent for key, sent in parameters.items() if sent}.items()


def test_a_schedule_is_set_changed_told_and_ended(admin):
    assert admin.get(SCHEDULE).json() == {"schedule": {"type": "None"}}
    made = send(admin, "POST", SCHEDULE, body("Daily", "0 0 0 * * *"))
    assert (made.status_code, made["Location"]) == (201, f"{PURGES}/{Schedule.objects.get().pk}")
    told = admin.get(SCHEDULE).json()
    assert (told["schedule"]["type"], told["schedule"]["cron"]) == ("Daily", "0 0 0 * * *")
    assert json.loads(told["job_parameters"])["audit_retention_hour"] == 24
    assert send(admin, "PUT", SCHEDULE, body("Custom", "0 30 1 * * *", audit_retention_hour=48)).status_code == 200
    told = admin.get(SCHEDULE).json()
    assert (told["schedule"]["type"], told["schedule"]["cron"]) == ("Custom", "0 30 1 * * *")
    assert send(admin, "PUT", SCHEDULE, {"schedule": {"type": "None", "cron": ""}}).status_code == 200
    assert not Schedule.objects.exists()


def test_a_schedule_makes_purges(admin):
    write("pull", 30)
    chain.seal()
    send(admin, "POST", SCHEDULE, body("Hourly"))
    Schedule.objects.update(next_at=timezone.now())
    schedule.tick()
    run.run(Job.objects.get().pk)
    assert left() == set()
    (told,) = admin.get(PURGES).json()
    assert (told["job_kind"], told["schedule"]) == ("SCHEDULE", {"type": "Schedule"})


def test_a_purge_that_waits_is_stopped(admin):
    place = send(admin, "POST", SCHEDULE, body("Manual"))["Location"]
    assert send(admin, "PUT", place).status_code == 200
    assert admin.get(place).json()["job_status"] == "Stopped"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (body("Sometimes"), 422),
        (body("Custom", "whenever"), 400),
        (body("Custom"), 400),
        (body("Manual", audit_retention_hour=0), 400),
        (body("Manual", audit_retention_hour=240_001), 400),
        (body("Manual", include_event_types=""), 400),
        (body("Manual", include_event_types="pull_everything"), 400),
        ({"schedule": {"type": "Manual"}}, 400),
        ({}, 422),
    ],
)
def test_what_cannot_be_done_is_refused(admin, sent, status):
    assert send(admin, "POST", SCHEDULE, sent).status_code == status
    assert not Job.objects.exists()
    assert not Schedule.objects.exists()


def test_other_jobs_are_none_of_its_purges(admin):
    other = enqueue.add("seal_audit", by=SYSTEM)
    for path in (f"{PURGES}/{other.pk}", f"{PURGES}/{other.pk}/log", f"{PURGES}/999"):
        assert admin.get(path).status_code == 404
    assert send(admin, "PUT", f"{PURGES}/{other.pk}").status_code == 404
    assert admin.get(PURGES).json() == []
