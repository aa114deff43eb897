"""Pages and their links, in Harbor's form."""

import re

import pytest
from django.test import Client

from tests.factories.accounts import make_project

pytestmark = pytest.mark.django_db

PROJECTS = "/api/v2.0/projects"


@pytest.fixture(autouse=True)
def _projects() -> None:
    for number in range(25):
        make_project(f"app{number:02}", is_public=True)


def get(query=""):
    return Client().get(f"{PROJECTS}{query}")


def names(answer):
    return [each["name"] for each in answer.json()]


def test_a_page_has_ten_rows_where_nothing_is_said():
    answer = get()
    assert names(answer) == [f"app{number:02}" for number in range(10)]
    assert answer["X-Total-Count"] == "25"
    assert answer["Link"] == f'<{PROJECTS}?page=2&page_size=10>; rel="next"'


def test_a_page_in_the_middle_links_both_ways():
    assert get("?page=2&page_size=10")["Link"] == (
        f'<{PROJECTS}?page=1&page_size=10>; rel="prev" , <{PROJECTS}?page=3&page_size=10>; rel="next"'
    )


def test_the_last_page_links_back_only():
    answer = get("?page=3")
    assert len(answer.json()) == 5
    assert answer["Link"] == f'<{PROJECTS}?page=2&page_size=10>; rel="prev"'


def test_behind_the_end_there_is_nothing_and_no_link():
    for query in ("?page=4", "?page=1000000000", "?page=4&page_size=100"):
        answer = get(query)
        assert (answer.json(), answer["X-Total-Count"]) == ([], "25")
        assert "Link" not in answer


@pytest.mark.parametrize(
    "query",
    ["page_size=101", "page_size=0", "page_size=-1", "page_size=", "page=0", "page=x", "page=²", f"page={'9' * 30}"],
)
def test_pages_that_there_cannot_be_are_refused(query):
    answer = get(f"?{query}")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "UNPROCESSABLE_ENTITY")


def test_links_keep_what_was_asked_as_harbor_writes_it():
    query = "?q=name%3D~app&sort=-name&page_size=20"
    assert get(query)["Link"] == f'<{PROJECTS}?page=2&page_size=20&q=name=~app&sort=-name>; rel="next"'


@pytest.mark.parametrize(
    "odd", ["%0d%0aSet-Cookie:%20a=b", "%3E;rel=%22next%22", "%C3%A9", "%26page=9", "%2523", "a+b"]
)
def test_a_link_says_the_same_again_whatever_is_in_it(odd):
    answer = get(f"?page_size=20&odd={odd}")
    (link,) = re.findall(r'<([^>]+)>; rel="next"', answer["Link"])
    assert link.isascii()
    assert not set(link) & set(' "\r\n')
    again = Client().get(link)
    assert len(names(again)) == 5
    assert again.wsgi_request.GET["odd"] == answer.wsgi_request.GET["odd"]


def test_following_the_links_gives_every_row_once():
    seen, link = [], f"{PROJECTS}?page_size=7&sort=-creation_time"
    while link:
        answer = Client().get(link)
        seen += names(answer)
        link = next(iter(re.findall(r'<([^>]+)>; rel="next"', answer.headers.get("Link", ""))), "")
    assert sorted(seen) == [f"app{number:02}" for number in range(25)]
