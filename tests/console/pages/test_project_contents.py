"""The page of a project: its repositories, how to begin, and deleting many."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from accounts.models import BuiltIn
from registry.jobs import run
from registry.models import Artifact, Job
from tests.factories.accounts import add_member, make_project, make_user
from tests.factories.browser import browser_of
from tests.factories.registry import make_repository, push_blob, push_image

pytestmark = pytest.mark.django_db

DELETE = "/projects/team/-/delete-repositories"


def member(project, role, **patterns):
    user = make_user()
    add_member(project, user, role, **patterns)
    return browser_of(user)


def names(answer):
    assert answer.status_code == 200
    return [row.name for row in answer.context["shown"]]


def filled(project_name, *repository_names):
    project = make_project(project_name)
    for name in repository_names:
        push_image(make_repository(f"{project_name}/{name}", project))
    return project


def test_a_project_shows_its_repositories_by_their_names_below_it():
    browser = member(filled("team", "app", "deep/er/web"), BuiltIn.GUEST)
    answer = browser.get("/projects/team")
    assert names(answer) == ["app", "deep/er/web"]
    assert 'href="/projects/team/deep/er/web"' in answer.content.decode()
    assert names(browser.get("/projects/team?q=WEB")) == ["deep/er/web"]


def test_the_largest_repository_comes_first_where_size_is_asked_for():
    project = make_project("team")
    for name, size in (("small", 10), ("large", 5000), ("middle", 500)):
        repository = make_repository(f"team/{name}", project)
        push_image(repository, "latest", push_blob(repository, b"x" * size))
    assert names(member(project, BuiltIn.GUEST).get("/projects/team?sort=-size")) == ["large", "middle", "small"]


def test_a_role_for_some_repositories_shows_those_alone():
    browser = member(filled("team", "app", "web"), BuiltIn.MAINTAINER, repositories="web")
    assert names(browser.get("/projects/team")) == ["web"]


def test_a_hidden_project_and_none_at_all_are_told_apart_by_nothing():
    make_project("hidden")
    browser = browser_of(make_user())
    hidden, absent = browser.get("/projects/hidden"), browser.get("/projects/absent")
    assert (hidden.status_code, absent.status_code) == (403, 403)
    assert "does not exist, or you may not see it" in hidden.content.decode()
    assert Client().get("/projects/hidden")["Location"] == "/sign-in?next=%2Fprojects%2Fhidden"


def test_an_empty_project_says_how_to_push_to_those_who_may():
    project = make_project("team")
    assert (
        "docker push testserver/team/app:1.0"
        in member(project, BuiltIn.DEVELOPER).get("/projects/team").content.decode()
    )
    assert "docker push" not in member(project, BuiltIn.GUEST).get("/projects/team").content.decode()


def test_repositories_are_deleted_by_a_job_after_it_was_told_what_goes():
    project = filled("team", "app", "web", "kept")
    browser = member(project, BuiltIn.MAINTAINER)
    chosen = {"name": ["team/app", "team/web"]}
    asked = browser.post(DELETE, chosen)
    assert "Delete 2 repositories?" in asked.content.decode()
    assert "2 artifacts go, with their tags." in asked.content.decode()
    assert not Job.objects.exists()
    answer = browser.post(DELETE, {**chosen, "confirmed": "yes"})
    job = Job.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/jobs/{job.pk}")
    run.run(job.pk)
    assert names(browser.get("/projects/team")) == ["kept"]


def test_who_deletes_is_told_when_each_was_last_pulled():
    project = filled("team", "app", "web")
    pulled_at = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
    Artifact.objects.filter(repository__name="team/app").update(pulled_at=pulled_at)
    asked = member(project, BuiltIn.MAINTAINER).get(f"{DELETE}?name=team/app&name=team/web").content.decode()
    assert "2026-11-20 08:30:00 UTC" in asked
    assert "never" in asked


def test_who_may_not_delete_is_not_offered_it_and_is_refused():
    project = filled("team", "app")
    browser = member(project, BuiltIn.DEVELOPER)
    assert DELETE not in browser.get("/projects/team").content.decode()
    assert browser.get(f"{DELETE}?name=team/app").status_code == 403
    assert browser.post(DELETE, {"name": "team/app", "confirmed": "yes"}).status_code == 403


def test_a_role_for_some_repositories_deletes_those_alone():
    browser = member(filled("team", "app", "web"), BuiltIn.MAINTAINER, repositories="web")
    assert browser.get(f"{DELETE}?name=team/web").status_code == 200
    assert browser.get(f"{DELETE}?name=team/app").status_code == 400


def test_repositories_of_another_project_are_not_deleted_from_here():
    filled("other", "app")
    browser = member(filled("team", "app"), BuiltIn.MAINTAINER)
    assert browser.post(DELETE, {"name": "other/app", "confirmed": "yes"}).status_code == 400


def test_a_page_of_many_repositories_asks_the_database_no_more_than_one_of_few(django_assert_max_num_queries):
    project = filled("team", "app")
    browser = member(project, BuiltIn.MAINTAINER)
    with django_assert_max_num_queries(30) as few:
        browser.get("/projects/team")
    for number in range(60):
        push_image(make_repository(f"team/r{number:02}", project))
    with django_assert_max_num_queries(30) as many:
        answer = browser.get("/projects/team")
    assert len(many) == len(few)
    assert answer.context["listing"].total == 61
