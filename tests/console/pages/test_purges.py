"""Old audit records are taken away: once, or by a schedule."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import audit
from accounts.audit import Note
from accounts.audit_log import chain
from accounts.principals import SYSTEM
from registry.models import Job, Schedule
from registry.upkeep.audit import PURGE
from tests.factories.accounts import make_auditor, make_principal, make_sysadmin, user_of
from tests.factories.browser import browser_of

pytestmark = pytest.mark.django_db

PAGE = "/system/old-records"


@pytest.fixture
def admin():
    return browser_of(user_of(make_sysadmin()))


def send(browser, **sent):
    return browser.post(PAGE, {"days": "30", "which": "pulls", "when": "now"} | sent)


def record(operation, kind, days):
    audit.record_many([Note(SYSTEM, operation, kind, "x", at=timezone.now() - timedelta(days=days))])


def test_it_says_how_many_records_go_before_any_does(admin):
    for operation, kind, days in (("pull", "artifact", 40), ("pull", "artifact", 20), ("create", "user", 40)):
        record(operation, kind, days)
    chain.seal()
    asked = send(admin)
    assert "1 record of the audit log goes." in asked.content.decode()
    assert not Job.objects.exists()
    assert "2 records of the audit log go." in send(admin, which="all").content.decode()
    done = send(admin, sure="yes")
    job = Job.objects.get(kind=PURGE)
    assert (done.status_code, done["Location"]) == (303, f"/jobs/{job.pk}")
    assert job.arguments["audit_retention_hour"] == 30 * 24
    assert job.arguments["include_event_types"] == "pull_artifact"
    assert not job.arguments["dry_run"]
    assert f"/jobs/{job.pk}" in admin.get(PAGE).content.decode()


def test_what_only_counts_needs_no_word(admin):
    assert send(admin, dry_run="on").status_code == 303
    assert Job.objects.get(kind=PURGE).arguments["dry_run"]


def test_a_schedule_is_made_shown_and_ended(admin):
    assert "all records are kept" in admin.get(PAGE).content.decode()
    assert send(admin, when="weekly", which="others", days="90")["Location"] == PAGE
    made = Schedule.objects.get(name=PURGE)
    assert made.cron == "0 0 0 * * 0"
    assert "pull_artifact" not in made.arguments["include_event_types"]
    assert "older than 90 days" in admin.get(PAGE).content.decode()
    assert admin.get(f"{PAGE}/end").status_code == 303
    assert Schedule.objects.filter(name=PURGE).exists()
    assert admin.post(f"{PAGE}/end")["Location"] == PAGE
    assert not Schedule.objects.filter(name=PURGE).exists()


@pytest.mark.parametrize("sent", [{"days": "0"}, {"days": "99999"}, {"which": "none"}, {"when": "never"}])
def test_what_cannot_be_is_told_beside_its_field(admin, sent):
    answer = send(admin, **sent)
    assert answer.status_code == 422
    assert 'class="invalid"' in answer.content.decode()
    assert not Job.objects.exists()


def test_who_may_look_may_not_purge():
    auditor = browser_of(user_of(make_auditor()))
    assert "Take records away" not in auditor.get(PAGE).content.decode()
    assert send(auditor, sure="yes").status_code == 403
    assert auditor.post(f"{PAGE}/end").status_code == 403
    assert browser_of(user_of(make_principal())).get(PAGE).status_code == 403
    assert not Job.objects.exists()
