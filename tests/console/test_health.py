"""/ping, /health and /version: for probes, which sign in nowhere."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from registry.models import Job, JobState
from registry.upkeep.checkup import checkup
from tests.factories.http import basic

HEALTH = "/api/v2.0/health"


@pytest.fixture(autouse=True)
def _asked_anew() -> None:
    checkup.forget()


def unhealthy(answer):
    assert answer.status_code == 200
    told = answer.json()
    assert [each["name"] for each in told["components"]] == ["core", "database", "registry", "jobservice"]
    found = {each["name"] for each in told["components"] if each["status"] != "healthy"}
    assert told["status"] == ("unhealthy" if found else "healthy")
    assert all(("error" in each) is (each["name"] in found) for each in told["components"])
    return found


def test_a_ping_is_answered_without_the_database():
    answer = Client(headers={"Authorization": basic("nobody")}).get("/api/v2.0/ping")
    assert (answer.status_code, answer.content) == (200, b"Pong")


def test_the_version_is_told_to_anybody():
    assert Client().get("/api/version").json() == {"version": "v2.0"}


@pytest.mark.django_db
def test_all_parts_are_healthy():
    assert unhealthy(Client().get(HEALTH)) == set()


@pytest.mark.django_db
def test_a_storage_that_takes_no_bytes_is_unhealthy(settings, tmp_path: Path):
    settings.STORAGE = f"file://{tmp_path}/blobs"
    assert unhealthy(Client().get(HEALTH)) == set()
    (tmp_path / "blobs").rmdir()
    (tmp_path / "blobs").write_text("a file where the folder was")
    checkup.forget()
    assert unhealthy(Client().get(HEALTH)) == {"registry"}


@pytest.mark.django_db
def test_a_database_that_does_not_answer_is_unhealthy():
    def fail(*_):
        raise OperationalError("connection to 192.0.2.1 refused")

    with connection.execute_wrapper(fail):
        answer = Client(headers={"Authorization": basic("nobody")}).get(HEALTH)
    assert unhealthy(answer) == {"database", "jobservice"}
    assert b"192.0.2.1" not in answer.content


@pytest.mark.django_db
def test_a_job_that_nobody_takes_up_shows_that_nobody_works():
    long_ago = timezone.now() - timedelta(minutes=2)
    Job.objects.create(kind="sweep_uploads", state=JobState.RUNNING, lease_until=long_ago)
    assert unhealthy(Client().get(HEALTH)) == {"jobservice"}


@pytest.mark.django_db
def test_what_was_found_counts_for_a_moment(django_assert_num_queries):
    Client().get(HEALTH)
    with django_assert_num_queries(0):
        assert unhealthy(Client().get(HEALTH)) == set()
