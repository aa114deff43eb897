"""The language of `q` and `sort`."""

from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from accounts.models import Project
from tests.factories.accounts import make_project, make_sysadmin
from tests.factories.http import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask():
    """The names of the projects that `q` finds, or the status where it is refused."""
    for number, name in enumerate(("alpha", "beta", "gamma"), start=1):
        made = make_project(name, is_public=name == "beta")
        Project.objects.filter(pk=made.pk).update(created_at=datetime(2026, number, 1, tzinfo=UTC))
    client = client_of(make_sysadmin())

    def ask(q="", sort=""):
        answer = client.get(f"/api/v2.0/projects?q={quote(q)}&sort={sort}")
        return [each["name"] for each in answer.json()] if answer.status_code == 200 else answer.status_code

    return ask


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("", ["alpha", "beta", "gamma"]),
        ("name=beta", ["beta"]),
        ("Name=beta", ["beta"]),
        (r"name=\beta", ["beta"]),
        ("name=bet", []),
        ("name=~A", ["alpha", "beta", "gamma"]),
        ("name=~amm", ["gamma"]),
        ("name=~%", []),
        ("name=~_", []),
        ("name={alpha gamma}", ["alpha", "gamma"]),
        ("name={'alpha' \"gamma\"}", ["alpha", "gamma"]),
        ("name={}", []),
        ("name=[b~]", ["beta", "gamma"]),
        ("public=true", ["beta"]),
        ("public=false,name=~a,name=~ph", ["alpha"]),
        ("creation_time=[2026-01-15T00:00:00~2026-02-15T00:00:00]", ["beta"]),
        ("CreationTime=[~2026-01-15T00:00:00]", ["alpha"]),
        ("creation_time=[2026-02-01T00:00:00~]", ["beta", "gamma"]),
        ("project_id={1000000 1000001}", []),
        ("name=(alpha beta)", ["alpha", "beta", "gamma"]),
        ("colour=red", ["alpha", "beta", "gamma"]),
        ("password=~x", ["alpha", "beta", "gamma"]),
        ("owner__password=~x", ["alpha", "beta", "gamma"]),
        ("name%3Dbeta", ["beta"]),
    ],
)
def test_terms_select(ask, q, found):
    assert ask(q) == found


@pytest.mark.parametrize(
    "q",
    [
        *("name", "name=", "=beta", ",", "name=beta,", "name=~", "name=[a", "name=[~]", "name=[a~b~c]", "name=[a]"),
        *("name={a", "name=(a", "project_id=x", "project_id=" + "9" * 40, "project_id=~1", "public=maybe"),
        *("creation_time=today", "name=%00"),
    ],
)
def test_terms_that_say_nothing_are_refused(ask, q):
    assert ask(q) == 400


def test_a_number_finds_its_project(ask):
    beta = Project.objects.get(name="beta")
    assert ask(f"ProjectID={beta.pk}") == ["beta"]


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        ("-name", ["gamma", "beta", "alpha"]),
        ("-creation_time", ["gamma", "beta", "alpha"]),
        ("public,-name", ["gamma", "alpha", "beta"]),
        ("colour,-", ["alpha", "beta", "gamma"]),
        ("-colour,-name", ["gamma", "beta", "alpha"]),
        ("owner__password", ["alpha", "beta", "gamma"]),
    ],
)
def test_columns_put_in_order(ask, sort, found):
    assert ask(sort=sort) == found
