"""Upkeep that is asked for on the page of the job service."""

import pytest

from registry.models import Job
from tests.factories.accounts import make_auditor, make_sysadmin, user_of
from tests.factories.browser import browser_of

pytestmark = pytest.mark.django_db

SERVICE = "/jobs/service"


def test_a_system_admin_starts_upkeep_and_is_led_to_its_job():
    browser = browser_of(user_of(make_sysadmin()))
    shown = browser.get(SERVICE).content.decode()
    assert 'action="/jobs/queues/fsck/start"' in shown
    assert 'action="/jobs/queues/copy_artifacts/start"' not in shown
    answer = browser.post("/jobs/queues/fsck/start")
    job = Job.objects.get(kind="fsck")
    assert (answer.status_code, answer["Location"]) == (303, f"/jobs/{job.pk}")
    assert browser.post("/jobs/queues/copy_artifacts/start").status_code == 404
    assert Job.objects.count() == 1


def test_an_auditor_starts_nothing():
    browser = browser_of(user_of(make_auditor()))
    assert "/start" not in browser.get(SERVICE).content.decode()
    assert browser.post("/jobs/queues/fsck/start").status_code == 403
    assert not Job.objects.exists()
