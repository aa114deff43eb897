"""/api/v2.0/search: what there is, for those who may see it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import BuiltIn
from tests.factories.accounts import add_member, make_principal, make_project, make_sysadmin, user_of
from tests.factories.http import client_of
from tests.factories.registry import make_repository, push_image

pytestmark = pytest.mark.django_db
SEARCH = "/api/v2.0/search"


def found(client, part):
    answer = client.get(SEARCH, {"q": part})
    assert answer.status_code == 200
    told = answer.json()
    return [each["name"] for each in told["project"]], [each["repository_name"] for each in told["repository"]]


@pytest.fixture
def hidden():
    project = make_project("team-secret")
    for name in ("team-secret/app", "team-secret/ci/tool"):
        push_image(make_repository(name, project))
    return project


@pytest.fixture(autouse=True)
def _open():
    push_image(make_repository("team-open/app", make_project("team-open", is_public=True)))


def test_everybody_finds_what_is_public_and_nothing_else(hidden):
    assert found(client_of(), "team") == (["team-open"], ["team-open/app"])
    assert found(client_of(make_principal()), "APP") == ([], ["team-open/app"])


def test_members_find_what_is_theirs(hidden):
    member = make_principal()
    add_member(hidden, user_of(member), BuiltIn.LIMITED_GUEST)
    assert found(client_of(member), "team-s") == (["team-secret"], ["team-secret/app", "team-secret/ci/tool"])
    assert found(client_of(make_sysadmin()), "tool") == ([], ["team-secret/ci/tool"])


def test_who_may_see_some_repositories_finds_those(hidden):
    member = make_principal()
    add_member(hidden, user_of(member), BuiltIn.GUEST, repositories="ci/**")
    assert found(client_of(member), "secret") == (["team-secret"], ["team-secret/ci/tool"])


@pytest.mark.parametrize("part", ["_", "%", "team_open", "te%n", "\\", "'", '"', ";--"])
def test_no_character_stands_for_others(part):
    assert found(client_of(), part) == ([], [])


def test_a_repository_that_holds_nothing_is_not_found():
    make_repository("team-open/empty", make_project("team-other", is_public=True))
    assert found(client_of(), "empty") == ([], [])


@pytest.mark.parametrize("query", ["", "?q=", "?other=x"])
def test_what_is_looked_for_must_be_said(query):
    assert client_of().get(f"{SEARCH}{query}").status_code == 422


def test_a_repository_is_told_of_as_harbor_does():
    (told,) = client_of().get(SEARCH, {"q": "open/app"}).json()["repository"]
    assert told.pop("project_id") > 0
    assert told == {
        "project_name": "team-open",
        "project_public": True,
        "repository_name": "team-open/app",
        "pull_count": 0,
        "artifact_count": 1,
    }


def test_searching_takes_as_many_queries_however_much_is_found():
    counts = []
    client = client_of(make_principal())
    for number in range(3):
        for each in range(number * 4):
            push_image(
                make_repository(f"many{number}x{each}/app", make_project(f"many{number}x{each}", is_public=True))
            )
        with CaptureQueriesContext(connection) as asked:
            found(client, "many" if number else "team")
        counts.append(len(asked))
    assert counts[1] == counts[2]
