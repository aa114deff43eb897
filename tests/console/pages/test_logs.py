"""The audit log as a page, and as a table to download."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts import audit
from accounts.audit import Note
from accounts.models import AuditRecord, BuiltIn
from accounts.principals import SYSTEM
from console.pages import log_list
from registry.jobs import run
from registry.models import Job
from tests.factories.accounts import (
    add_member,
    make_auditor,
    make_principal,
    make_project,
    make_sysadmin,
    make_user,
    member_of,
    user_of,
)
from tests.factories.browser import browser_of

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2026, 1, 31, 12, tzinfo=UTC)


def page(reader, /, **asked):
    answer = browser_of(user_of(reader)).get("/logs", asked)
    assert answer.status_code == 200
    return answer.content.decode()


def table(answer):
    content = b"".join(answer.streaming_content).decode()
    assert content.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(content[1:])))


def record(by=SYSTEM, operation="create", kind="tag", resource="x", project=None, **more):
    audit.record_many([Note(by, operation, kind, resource, project.pk if project else None, **more)])


def test_everybody_reads_what_happened_in_the_projects_that_are_theirs():
    mine, theirs = make_project("mine"), make_project("theirs")
    record(resource="mine/app:1", project=mine)
    record(resource="theirs/app:1", project=theirs)
    record(resource="robot$system", kind="robot")
    admin = page(member_of(mine, BuiltIn.PROJECT_ADMIN))
    assert "mine/app:1" in admin
    assert "theirs/app:1" not in admin
    assert "robot$system" not in admin
    for who in (make_sysadmin(), make_auditor()):
        everything = page(who)
        assert all(each in everything for each in ("mine/app:1", "theirs/app:1", "robot$system"))
    guest = page(member_of(mine, BuiltIn.GUEST))
    assert "mine/app:1" not in guest
    assert "Nothing to read here" in guest


def test_a_record_leads_to_what_it_tells_of():
    project = make_project("app")
    record(resource="app/web:1", project=project)
    record(resource="gone/web:1")
    shown = page(make_sysadmin())
    assert 'href="/projects/app/web"' in shown
    assert 'href="/projects/gone/web"' not in shown


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"who": "alice"}, {"one"}),
        ({"operation": "delete"}, {"two"}),
        ({"kind": "artifact"}, {"one", "two"}),
        ({"q": "tw"}, {"two"}),
        ({"result": "failed"}, {"three"}),
        ({"project": "app"}, {"one"}),
        ({"since": "2026-01-31T12:30", "until": "2026-01-31T13:30"}, {"two"}),
        ({"who": "alice", "operation": "delete"}, set()),
        ({"hours": "1", "operation": "pull"}, set()),
    ],
)
def test_records_are_narrowed_by_each_filter(asked, found):
    alice, bob, carol = (make_principal(name) for name in ("alice", "bob", "carol"))
    project = make_project("app")
    record(alice, "pull", "artifact", "one", project, at=LONG_AGO)
    record(bob, "delete", "artifact", "two", at=LONG_AGO + timedelta(hours=1))
    record(carol, "login", "user", "three", at=LONG_AGO + timedelta(hours=2), succeeded=False)
    admin = make_sysadmin()
    shown = page(admin, **{"until": "2026-02-01T00:00"} | asked)
    assert {name for name in ("one", "two", "three") if f">{name}" in shown} == found
    downloaded = table(browser_of(user_of(admin)).get("/logs/export", {"until": "2026-02-01T00:00"} | asked))
    assert {row["resource"] for row in downloaded} == found


def test_a_filter_that_makes_no_sense_says_so_beside_its_field():
    record(resource="thing-1")
    shown = page(make_sysadmin(), project="nowhere")
    assert "There is no project nowhere, or you may not see it." in shown
    assert "thing-1" not in shown
    hidden = make_project("hidden")
    assert "There is no project hidden, or you may not see it." in page(make_principal(), project=hidden.name)
    assert "Enter a valid date/time." in page(make_sysadmin(), since="yesterday")


def test_pages_are_turned_by_keys_and_none_is_shown_twice():
    project, admin = make_project(), make_sysadmin()
    at = timezone.now() - timedelta(days=1)
    audit.record_many([Note(SYSTEM, "create", "tag", f"t{n}.", project.pk, at=at) for n in range(120)])
    browser = browser_of(user_of(admin))
    seen, address = [], f"/logs?project={project.name}"
    while address:
        answer = browser.get(address).context["log"]
        seen += [row.record.resource for row in answer.shown]
        address = f"/logs{answer.listing.next_url}" if answer.listing.next_url else ""
    assert seen == [f"t{n}." for n in range(119, -1, -1)]
    last = browser.get(f"/logs{answer.listing.previous_url}").context["log"].listing
    assert (last.first, last.last, last.total) == (51, 100, 120)


def test_no_more_is_counted_than_anybody_reads(monkeypatch):
    monkeypatch.setattr(log_list, "COUNTED_TO", 60)
    project = make_project()
    audit.record_many([Note(SYSTEM, "create", "tag", "t", project.pk) for _ in range(130)])
    browser = browser_of(user_of(make_sysadmin()))
    address = f"/logs?project={project.name}"
    said = []
    while address:
        listing = browser.get(address).context["log"].listing
        said.append((listing.first, listing.last, listing.total, listing.is_more))
        address = f"/logs{listing.next_url}" if listing.next_url else ""
    assert said == [(1, 50, 60, True), (51, 100, 60, True), (101, 130, 60, True)]
    assert "of more than 60" in browser.get("/logs").content.decode()


def test_a_page_asks_a_constant_number_of_times(django_assert_max_num_queries):
    alice = make_user()
    for _ in range(10):
        project = make_project()
        add_member(project, alice, BuiltIn.PROJECT_ADMIN)
        audit.record_many([Note(SYSTEM, "create", "tag", "x", project.pk) for _ in range(6)])
    browser = browser_of(alice)
    with django_assert_max_num_queries(12):
        answer = browser.get("/logs")
    assert len(answer.context["log"].shown) == 50


def test_no_cell_of_the_table_is_a_formula():
    project = make_project()
    evil = ["=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "＝1+1"]
    for text in evil:
        record(make_principal(), "create", "tag", text, project, description=text)
    admin = member_of(project, BuiltIn.PROJECT_ADMIN)
    answer = browser_of(user_of(admin)).get("/logs/export")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="audit-log-')
    assert answer["Cache-Control"] == "private, no-store"
    rows = table(answer)
    assert {row["resource"] for row in rows} >= {f"'{text}" for text in evil}
    assert {row["description"] for row in rows} >= {f"'{text}" for text in evil}
    assert {row["project"] for row in rows} == {project.name}


def test_a_table_has_all_records_however_many_and_only_those_one_may_read(monkeypatch):
    monkeypatch.setattr("accounts.audit_log.searching.CHUNK", 7)
    mine, theirs = make_project("mine"), make_project("theirs")
    at = timezone.now()
    audit.record_many([Note(SYSTEM, "create", "tag", f"{n}", mine.pk, at=at) for n in range(30)])
    audit.record_many([Note(SYSTEM, "create", "tag", "theirs", theirs.pk)])
    rows = table(browser_of(user_of(member_of(mine, BuiltIn.PROJECT_ADMIN))).get("/logs/export"))
    assert [row["resource"] for row in rows] == [f"{n}" for n in range(29, -1, -1)]


def test_what_is_recorded_is_shown_as_text():
    record(resource="<script>alert(1)</script>", description='"><img src=x onerror=alert(1)>')
    shown = page(make_sysadmin())
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
    assert AuditRecord.objects.filter(resource__startswith="<script").exists()


def test_a_long_log_is_exported_by_a_job_whose_page_offers_the_table():
    record(resource="mine/app:1", project=(mine := make_project("mine")))
    browser = browser_of(user_of(by := member_of(mine, BuiltIn.PROJECT_ADMIN)))
    shown = browser.get("/projects/mine/-/logs").content.decode()
    assert 'action="/projects/mine/-/logs/export?' in shown
    assert "csrfmiddlewaretoken" in shown.partition("/logs/export")[2]
    answer = browser.post("/projects/mine/-/logs/export?operation=create")
    job = Job.objects.get(principal=by.key)
    assert (answer.status_code, answer["Location"]) == (303, f"/jobs/{job.pk}")
    assert "Download the table" not in browser.get(f"/jobs/{job.pk}").content.decode()
    run.run(job.pk)
    assert "Download the table" in browser.get(f"/jobs/{job.pk}").content.decode()
    assert [row["resource"] for row in table(browser.get(f"/jobs/{job.pk}/result"))] == ["mine/app:1"]
    assert browser.post("/projects/mine/-/logs/export?since=yesterday").status_code == 400
