"""Long lists: turned by keys, and always whole, whatever the order and whatever stands in the address."""

import re

import pytest
from django.test import RequestFactory
from django.utils import timezone

from accounts.models import Robot
from console.pages.listing import Column, Listing, moment, text, whole

pytestmark = pytest.mark.django_db
COLUMNS = {
    "name": Column("name"),
    "days": Column("duration_days", whole),
    "made": Column("created_at", moment, descends_first=True),
}


@pytest.fixture(autouse=True)
def robots():
    """A hundred and thirty, many with the same days and all made at one of two times."""
    times = [timezone.now(), timezone.now()]
    rows = [
        Robot(name=f"robot-{number:03}", secret="", duration_days=number % 3, created_at=times[number % 2])
        for number in range(130)
    ]
    Robot.objects.bulk_create(rows)


def listing(query: str = "") -> Listing[Robot]:
    return Listing(RequestFactory().get(f"/robots{query}"), Robot.objects.all(), COLUMNS, usual="name")


def walk(page: Listing[Robot], way: str) -> list[list[int]]:
    pages = [[row.pk for row in page.rows]]
    while url := getattr(page, way):
        page = listing(url)
        pages.append([row.pk for row in page.rows])
    return pages


@pytest.mark.parametrize("sort", ["name", "-name", "days", "-days", "made", "-made"])
def test_every_row_is_on_one_page_whichever_way_one_turns(sort):
    forward = walk(listing(f"?sort={sort}"), "next_url")
    assert [len(page) for page in forward] == [50, 50, 30]
    assert len({number for page in forward for number in page}) == 130
    last = listing(f"?sort={sort}")
    while last.next_url:
        last = listing(last.next_url)
    assert walk(last, "previous_url") == forward[::-1]


def test_it_says_where_it_stands():
    first = listing()
    assert (first.first, first.last, first.total, first.has_previous) == (1, 50, 130, False)
    second = listing(first.next_url)
    assert (second.first, second.last) == (51, 100)
    third = listing(second.next_url)
    assert (third.first, third.last, third.has_next) == (101, 130, False)
    assert (listing(third.previous_url).first, listing(third.previous_url).last) == (51, 100)


def test_a_row_that_goes_shifts_nothing():
    url = listing().next_url
    Robot.objects.filter(name__lt="robot-020").delete()
    assert listing(url).rows[0].name == "robot-050"


def test_another_order_begins_at_the_first_page_and_keeps_the_filter():
    url = listing("?q=robot").next_url
    turned = listing(url).sorted_url("made")
    assert "q=robot" in turned
    assert "after" not in turned
    assert turned.endswith("sort=-made")
    assert listing("?sort=-made").sorted_url("made").endswith("sort=made")


@pytest.mark.parametrize(
    "query",
    [
        "?after=nonsense",
        "?after=%00",
        "?after=WzEsMl0",  # [1,2]
        "?after=WyJhIiwgImIiXQ",  # ["a", "b"]
        "?after=WyJhXHUwMDAwIiwgMV0",  # a NUL within the value
        "?after=WyJcdWQ4MDAiLCAxXQ",  # half a character
        "?sort=made&after=WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzIzOjU5IiwgMV0",  # a moment before all years
        "?after=WyJhIiwgOTk5OTk5OTk5OTk5OTk5OTk5OTk5OTldX",
        f"?after={'A' * 5000}",
        "?sort=password",
        "?sort=project__secret",
        "?sort=--name",
        "?at=-1&after=WyJhIiwgMV0",
    ],
)
def test_an_address_of_somebody_else_s_making_breaks_nothing(query):
    found = listing(query)
    assert found.rows
    assert found.first >= 1


@pytest.mark.parametrize(("parse", "value"), [(text, 1), (text, "a\0"), (whole, "1"), (whole, True), (whole, 2**70)])
def test_a_key_is_read_back_as_what_it_was_only(parse, value):
    with pytest.raises(ValueError, match=f"^{re.escape(str(value))}$"):
        parse(value)
