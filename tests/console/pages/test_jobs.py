"""Jobs as pages: who sees which, how far each is, its log, and how the job service is steered."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import BuiltIn
from accounts.principals import SYSTEM
from console import job_words
from console.pages import job_log, job_rows
from registry.jobs import enqueue, kinds, log, monitor, schedule
from registry.models import Job, JobState, Schedule
from tests.factories.accounts import (
    make_auditor,
    make_principal,
    make_project,
    make_robot,
    make_sysadmin,
    member_of,
    user_of,
)
from tests.factories.browser import browser_of

pytestmark = pytest.mark.django_db


def make_job(by=SYSTEM, project=None, kind="recount", **fields: Any) -> Job:
    job = enqueue.add(kind, by=by, project_id=project.pk if project else None)
    Job.objects.filter(pk=job.pk).update(**fields)
    job.refresh_from_db()
    return job


def running(minutes: float = 1, **fields: Any) -> Job:
    return make_job(state=JobState.RUNNING, started_at=timezone.now() - timedelta(minutes=minutes), **fields)


def write(job: Job, *texts: str, level: str = "info") -> None:
    log.append(job.pk, [log.line(level, text) for text in texts])


def page(who, path: str, status: int = 200) -> str:
    answer: Any = browser_of(user_of(who)).get(path)
    assert answer.status_code == status, path
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()


def test_everybody_sees_the_jobs_that_they_asked_for_and_those_of_projects_whose_log_they_read():
    mine, other = make_project("mine"), make_project("other")
    admin, developer = member_of(mine, BuiltIn.PROJECT_ADMIN), member_of(mine, BuiltIn.DEVELOPER)
    jobs = [make_job(developer, mine), make_job(admin, mine), make_job(make_principal(), other), make_job()]
    seen = {
        who: [f"/jobs/{job.pk}" in page(reader, "/jobs?of=all") for job in jobs]
        for who, reader in (("admin", admin), ("developer", developer), ("auditor", make_auditor()))
    }
    assert seen == {
        "admin": [True, True, False, False],
        "developer": [True, False, False, False],
        "auditor": [True, True, True, True],
    }


@pytest.mark.parametrize("path", ["", "/progress", "/log", "/stop"])
def test_a_hidden_job_is_as_absent(path: str):
    job = make_job(make_principal(), make_project("other"))
    bob = make_principal()
    hidden, absent = (page(bob, f"/jobs/{number}{path}", 404) for number in (job.pk, 999_999))
    assert hidden.count("yours to see") == absent.count("yours to see") >= 1


def test_what_schedules_made_and_went_well_is_shown_when_asked_for():
    well, failed, waiting = (
        make_job(state=JobState.SUCCEEDED),
        make_job(state=JobState.FAILED),
        make_job(make_principal()),
    )
    admin = make_sysadmin()
    for path, expected in (
        ("/jobs", [False, True, True]),
        ("/jobs?of=all", [True, True, True]),
        ("/jobs?state=succeeded", [True, False, False]),
        ("/jobs?kind=fsck", [False, False, False]),
        ("/jobs?of=mine", [False, False, False]),
        ("/jobs?state=nonsense", [False, False, False]),
    ):
        assert [f'id="job-{job.pk}"' in page(admin, path) for job in (well, failed, waiting)] == expected, path


def test_a_list_of_jobs_takes_as_many_queries_for_many_as_for_one():
    browser = browser_of(user_of(make_sysadmin()))

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert browser.get("/jobs?of=all").status_code == 200
        return len(asked)

    def make_many(count: int, name: str) -> None:
        for number in range(count):
            make_job(make_principal(), make_project(f"{name}{number}"))

    make_many(52, "first")
    before = queries()
    make_many(60, "more")
    make_job(SYSTEM)
    assert queries() == before


def test_who_asked_is_told_by_name():
    project = make_project("team")
    person = member_of(project, BuiltIn.DEVELOPER, username="dora")
    robot = make_robot("ci", project)
    jobs = [make_job(person, project), make_job(SYSTEM), make_job()]
    Job.objects.filter(pk=jobs[2].pk).update(principal=f"robot:{robot.pk}")
    shown = job_rows.shown(list(Job.objects.order_by("pk")))
    assert [each.asked_by for each in shown] == ["dora", "the system", "robot$team+ci"]
    assert [each.project for each in shown] == ["team", "", ""]


def test_the_page_of_a_job_tells_how_far_it_is_and_how_long_it_will_take():
    job = running(minutes=2, done=250, total=1000)
    shown = page(make_sysadmin(), f"/jobs/{job.pk}")
    for words in ("250 of 1,000", "2 a second", "6 min ", "Running", "Count what projects use anew"):
        assert words in shown, words


def test_bytes_tell_more_than_things():
    job = running(minutes=1, done=1, total=2, done_size=600_000_000, total_size=6_000_000_000)
    shown = page(make_sysadmin(), f"/jobs/{job.pk}")
    assert "MB a second" in shown
    assert "9 min " in shown
    assert "600 MB" in shown


def test_a_job_that_failed_tells_why_and_is_not_stopped_any_more():
    job = make_job(state=JobState.FAILED, error="ValueError: the disk is full", ended_at=timezone.now())
    shown = page(make_sysadmin(), f"/jobs/{job.pk}")
    assert "the disk is full" in shown
    assert "/stop" not in shown


def test_a_log_is_read_without_javascript():
    job = running()
    write(job, "first", "<script>alert(1)</script>")
    write(job, "careful", level="warning")
    write(job, "broken", level="error")
    admin = make_sysadmin()
    shown = page(admin, f"/jobs/{job.pk}")
    assert shown.index("first") < shown.index("&lt;script&gt;") < shown.index("careful") < shown.index("broken")
    assert "<script>alert" not in shown
    assert 'data-after="4"' in shown
    assert "data-follows" in shown
    warnings = page(admin, f"/jobs/{job.pk}?level=warning")
    assert "first" not in warnings
    assert "careful" in warnings
    assert 'data-after="4"' in warnings
    assert "careful" not in page(admin, f"/jobs/{job.pk}?level=error")


def test_a_long_log_begins_with_its_end_and_what_was_before_is_a_page_away(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(job_log, "MOST_LINES", 10)
    job, admin = running(), make_sysadmin()
    write(job, *(f"[line {n}]" for n in range(1, 26)))
    newest = page(admin, f"/jobs/{job.pk}")
    assert [n for n in range(1, 26) if f"[line {n}]" in newest] == list(range(16, 26))
    assert "level=info&amp;before=16" in newest
    older = page(admin, f"/jobs/{job.pk}?level=info&before=16")
    assert [n for n in range(1, 26) if f"[line {n}]" in older] == list(range(6, 16))
    assert "data-follows" not in older
    assert "before=6" in older
    assert "before=" not in page(admin, f"/jobs/{job.pk}?before=6")
    assert "[line 25]" in page(admin, f"/jobs/{job.pk}?before=x")


def test_a_job_that_is_over_is_not_followed():
    job = make_job(state=JobState.SUCCEEDED)
    assert "data-follows" not in page(make_sysadmin(), f"/jobs/{job.pk}")


def test_the_whole_log_is_a_file():
    job = running()
    write(job, "one", "two")
    answer: Any = browser_of(user_of(make_sysadmin())).get(f"/jobs/{job.pk}/log")
    assert answer["Content-Disposition"] == f'attachment; filename="job-{job.pk}.log"'
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert [line.partition(" ")[2] for line in lines] == ["[INFO] one", "[INFO] two"]


def test_who_asked_for_a_job_stops_it():
    dora = make_principal()
    job = make_job(dora, state=JobState.RUNNING)
    browser = browser_of(user_of(dora))
    assert "/stop" in browser.get(f"/jobs/{job.pk}").content.decode()
    assert browser.get(f"/jobs/{job.pk}/stop").status_code == 302
    job.refresh_from_db()
    assert not job.stop_asked
    assert browser.post(f"/jobs/{job.pk}/stop").status_code == 303
    job.refresh_from_db()
    assert job.stop_asked
    shown = browser.get(f"/jobs/{job.pk}").content.decode()
    assert "Stopping" in shown
    assert f'action="/jobs/{job.pk}/stop"' not in shown


def test_an_auditor_looks_and_stops_nothing():
    job, auditor = make_job(state=JobState.RUNNING), make_auditor()
    assert f'action="/jobs/{job.pk}/stop"' not in page(auditor, f"/jobs/{job.pk}")
    browser = browser_of(user_of(auditor))
    assert browser.post(f"/jobs/{job.pk}/stop").status_code == 403
    service = browser.get("/jobs/service").content.decode()
    assert "Queues" in service
    assert "/pause" not in service
    assert browser.post("/jobs/queues/recount/pause").status_code == 403
    assert browser.post("/jobs/schedules/pause").status_code == 403


def test_every_kind_of_jobs_has_its_words():
    assert {kind.name for kind in kinds.every()} - set(job_words.KINDS) == set()


def test_the_job_service_is_for_those_who_watch_over_it():
    dora = make_principal()
    assert "/jobs/service" not in page(dora, "/jobs")
    page(dora, "/jobs/service", 403)


def test_an_admin_pauses_resumes_and_clears_a_queue():
    for _ in range(3):
        make_job()
    browser = browser_of(user_of(make_sysadmin()))
    assert browser.get("/jobs/queues/recount/pause").status_code == 302
    assert "Pause all schedules" in browser.get("/jobs/service").content.decode()
    assert browser.post("/jobs/queues/recount/pause").status_code == 303
    assert 'action="/jobs/queues/recount/resume"' in browser.get("/jobs/service").content.decode()
    assert "3 jobs wait and are stopped" in browser.get("/jobs/queues/recount/clear").content.decode()
    assert Job.objects.filter(state=JobState.PENDING).count() == 3
    assert browser.post("/jobs/queues/recount/clear").status_code == 303
    assert Job.objects.filter(state=JobState.STOPPED).count() == 3
    browser.post("/jobs/queues/recount/resume")
    assert not [queue for queue in monitor.queues(by=SYSTEM) if queue.is_paused]


def test_an_admin_pauses_and_resumes_schedules():
    schedule.ensure_declared()
    row = Schedule.objects.order_by("pk")[0]
    browser = browser_of(user_of(make_sysadmin()))
    browser.post(f"/jobs/schedules/{row.pk}/pause")
    assert not Schedule.objects.get(pk=row.pk).is_enabled
    browser.post(f"/jobs/schedules/{row.pk}/resume")
    assert Schedule.objects.get(pk=row.pk).is_enabled
    browser.post("/jobs/schedules/pause")
    assert monitor.are_schedules_paused(by=SYSTEM)
    assert "All schedules are paused" in browser.get("/jobs/service").content.decode()
    browser.post("/jobs/schedules/resume")
    assert not monitor.are_schedules_paused(by=SYSTEM)


@pytest.mark.parametrize(
    "path", ["queues/absent/pause", "queues/recount/explode", "schedules/999/pause", "99999999999999999999"]
)
def test_what_is_not_there_is_not_found(path: str):
    page(make_sysadmin(), f"/jobs/{path}", 404)
