"""What all pages have in common: the frame, the door, refusals that are pages."""

import pytest
from django.test import Client

from console.pages.base import safe_target
from tests.factories.accounts import PASSWORD, make_user
from tests.factories.browser import browser_of

pytestmark = pytest.mark.django_db
HTML = {"Accept": "text/html"}


def test_who_is_nobody_is_led_to_the_door_and_comes_back():
    make_user("alice")
    browser = Client()
    led = browser.get("/", headers=HTML)
    assert (led.status_code, led["Location"]) == (302, "/sign-in")
    led = browser.get("/?q=a%26b")
    assert led["Location"] == "/sign-in?next=%2F%3Fq%3Da%2526b"
    entered = browser.post("/sign-in", {"username": "alice", "password": PASSWORD, "next": "/?q=a%26b"})
    assert (entered.status_code, entered["Location"]) == (303, "/?q=a%26b")
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize(
    ("referer", "comes_back_to"),
    [("http://testserver/me?a=b", "/sign-in?next=%2Fme%3Fa%3Db"), ("", "/sign-in"), ("http://evil.test", "/sign-in")],
)
def test_whose_session_ended_over_a_form_comes_back_to_its_page(referer, comes_back_to):
    assert Client().post("/me/look", headers={"Referer": referer})["Location"] == comes_back_to


def test_a_wrong_password_is_told_beside_the_form_and_the_name_is_not_lost():
    make_user("alice")
    answer = Client().post("/sign-in", {"username": "alice", "password": "no", "next": "/logs"})
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "The user name or the password is wrong." in said
    assert 'value="alice"' in said
    assert 'name="next" value="/logs"' in said
    assert "no&quot;" not in said


@pytest.mark.parametrize(
    "target",
    [
        "//evil.test",
        "https://evil.test/",
        "/\\evil.test",
        "javascript:alert(1)",
        "\\\\evil.test",
        "///evil.test",
        "evil",
        "",
    ],
)
def test_the_door_leads_to_pages_of_ours_only(rf, target):
    assert safe_target(rf.get("/"), target) == "/"


def test_leaving_takes_a_form_of_ours():
    browser = browser_of(make_user())
    assert browser.get("/sign-out").status_code == 200
    assert browser.get("/").status_code == 200
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    assert strict.post("/sign-out").status_code == 403
    assert browser.get("/").status_code == 200
    assert browser.post("/sign-out")["Location"] == "/sign-in"
    assert browser.get("/").status_code == 302


def test_an_address_that_is_none_is_a_page_for_a_browser_and_json_for_a_program():
    assert "text/html" in Client().get("/nothing", headers=HTML)["Content-Type"]
    assert Client().get("/nothing").json()["errors"][0]["code"] == "NOT_FOUND"
    assert Client().get("/api/v2.0/nothing", headers=HTML).json()["errors"][0]["code"] == "NOT_FOUND"


def test_every_page_says_what_it_may_load():
    policy = Client().get("/sign-in")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
