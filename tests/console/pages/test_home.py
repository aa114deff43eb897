"""Home: what one works on, how it went over time, and what needs attention."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import audit, configuration, favourites
from accounts.audit import Note
from accounts.audit_log import chain
from accounts.models import AuditAnchor, BuiltIn
from accounts.principals import SYSTEM
from registry.content import daily
from registry.models import Job, JobState, ProjectUsage
from tests.factories.accounts import (
    add_member,
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


def home(who):
    answer = browser_of(user_of(who)).get("/")
    assert answer.status_code == 200
    return answer.content.decode()


def attention(who):
    return browser_of(user_of(who)).get("/").context["attention"]


def fail(kind, ended_at=None, **more):
    ended_at = ended_at or timezone.now()
    return Job.objects.create(kind=kind, state=JobState.FAILED, ended_at=ended_at, error="the disk is full", **more)


def test_it_shows_the_projects_in_which_one_did_something_last():
    mine, hidden, other = make_project("mine"), make_project("hidden"), make_project("other")
    alice = member_of(mine, BuiltIn.DEVELOPER)
    at = timezone.now()
    audit.record_many(
        [
            Note(alice, "pull", "artifact", "mine/app:1", mine.pk, at=at - timedelta(hours=2)),
            Note(alice, "pull", "artifact", "mine/app:2", mine.pk, at=at - timedelta(hours=1)),
            Note(alice, "pull", "artifact", "hidden/app:1", hidden.pk, at=at),
            Note(make_principal(), "pull", "artifact", "other/app:1", other.pk, at=at),
        ]
    )
    visits = browser_of(user_of(alice)).get("/").context["visits"]
    assert [(visit.project, visit.record.resource) for visit in visits] == [(mine, "mine/app:2")]
    assert 'href="/projects/mine"' in home(alice)


def test_it_shows_favourites_and_says_how_to_have_some():
    project = make_project("starred")
    alice = member_of(project, BuiltIn.GUEST)
    assert "press its star" in home(alice)
    favourites.mark(project, by=alice)
    shown = home(alice)
    assert 'href="/projects/starred"' in shown
    assert "press its star" not in shown


def test_it_tells_the_pulls_of_my_projects_and_those_who_see_all_quotas_those_of_all():
    mine, theirs = make_project(), make_project()
    alice = member_of(mine, BuiltIn.GUEST)
    for project, times in ((mine, 3), (theirs, 4)):
        for _ in range(times):
            daily.pulled(project.pk)
    daily.flush()
    daily.measure()
    assert '<data value="3">3</data>' in home(alice)
    assert "Stored" not in home(alice)
    everything = home(make_sysadmin())
    assert '<data value="7">7</data>' in everything
    assert "Stored" in everything


def test_pulls_of_repositories_that_are_hidden_are_not_counted():
    project = make_project()
    alice = make_principal()
    add_member(project, user_of(alice), BuiltIn.MAINTAINER, repositories="shown/**")
    daily.pulled(project.pk)
    daily.flush()
    assert sum(day.pulls for day in browser_of(user_of(alice)).get("/").context["days"]) == 0


def test_nothing_needs_attention_where_all_is_well():
    assert "Needs attention" not in home(make_sysadmin())
    assert "All parts work" in home(make_principal())


def test_failed_jobs_are_told_to_those_who_look_after_jobs_until_they_are_made_good():
    failed = fail("recount", principal="system")
    of_somebody = fail("copy_artifacts", principal="user:1")
    fail("recount", ended_at=timezone.now() - timedelta(days=8), principal="system")
    admin = make_sysadmin()
    assert set(attention(admin).jobs) == {failed, of_somebody}
    assert "the disk is full" in home(admin)
    assert attention(make_principal()).jobs == []
    for kind in ("recount", "copy_artifacts"):
        Job.objects.create(kind=kind, state=JobState.SUCCEEDED, ended_at=timezone.now(), principal="system")
    assert attention(admin).jobs == [of_somebody]


def test_robots_that_expire_soon_are_told_to_those_who_can_renew_them():
    project = make_project("app")
    for name, days in (("soon", 3), ("later", 30), ("over", -2), ("forgotten", -30)):
        robot = make_robot(name, project)
        robot.expires_at = timezone.now() + timedelta(days=days)
        robot.save()
    disabled = make_robot("disabled", project)
    disabled.expires_at, disabled.is_disabled = timezone.now() + timedelta(days=1), True
    disabled.save()
    for who in (make_sysadmin(), member_of(project, BuiltIn.PROJECT_ADMIN)):
        assert [robot.name for robot in attention(who).robots] == ["over", "soon"]
    assert "robot$app+soon" in home(make_sysadmin())
    assert attention(member_of(project, BuiltIn.DEVELOPER)).robots == []


def test_quotas_that_are_nearly_full_are_told_to_those_whose_they_are():
    full, roomy, endless = make_project("full"), make_project("roomy"), make_project("endless")
    ProjectUsage.objects.create(project=full, hard=1000, used=900)
    ProjectUsage.objects.create(project=roomy, hard=1000, used=899)
    ProjectUsage.objects.create(project=endless, hard=-1, used=10**12)
    admin = member_of(full, BuiltIn.PROJECT_ADMIN)
    add_member(roomy, user_of(admin), BuiltIn.PROJECT_ADMIN)
    for who in (make_sysadmin(), make_auditor(), admin):
        assert [row.project.name for row in attention(who).quotas] == ["full"]
    assert attention(make_principal()).quotas == []
    configuration.set("quota_per_project_enable", value=False, by=SYSTEM)
    assert attention(admin).quotas == []


def test_a_directory_that_cannot_be_asked_is_told_while_it_is_used():
    job = fail("refresh_people", principal="system")
    admin = make_sysadmin()
    assert attention(admin).directory is None
    configuration.set_many({"identity_sources": ["local", "ldap"], "ldap_url": "ldap://127.0.0.1"}, by=SYSTEM)
    assert attention(admin).directory == job
    assert "directory could not be asked" in home(admin)
    Job.objects.create(kind="refresh_people", state=JobState.SUCCEEDED, ended_at=timezone.now())
    assert attention(admin).directory is None


def test_an_audit_log_whose_end_was_altered_is_told_to_those_who_may_read_it():
    audit.record(SYSTEM, "create", "tag", "x")
    chain.seal()
    assert not attention(make_auditor()).is_chain_altered
    AuditAnchor.objects.filter(is_purge=False).update(sequence=99)
    assert attention(make_auditor()).is_chain_altered
    assert "audit verify" in home(make_sysadmin())
    assert not attention(make_principal()).is_chain_altered


def test_it_costs_as_many_queries_with_much_as_with_little(django_assert_max_num_queries):
    alice = make_principal()
    for number in range(12):
        project = make_project()
        add_member(project, user_of(alice), BuiltIn.PROJECT_ADMIN)
        favourites.mark(project, by=alice)
        audit.record_many([Note(alice, "pull", "artifact", f"{project}/app:1", project.pk) for _ in range(5)])
        make_robot(f"r{number}", project)
        ProjectUsage.objects.create(project=project, hard=10, used=10)
    browser = browser_of(user_of(alice))
    with django_assert_max_num_queries(32):
        browser.get("/")
