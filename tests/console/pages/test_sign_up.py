"""Making an account for oneself, where the settings let people do so."""

import pytest
from django.test import Client

from accounts import configuration
from accounts.models import User
from accounts.principals import SYSTEM
from tests.factories.accounts import make_user
from tests.factories.browser import browser_of

pytestmark = pytest.mark.django_db
WANTED = {"username": "bob", "email": "bob@example.org", "password": "Another1pw", "again": "Another1pw"}


@pytest.fixture
def is_open():
    configuration.set("self_registration", True, by=SYSTEM)


def test_whoever_may_makes_an_account_and_signs_in_with_it(is_open):
    browser = Client()
    assert "/sign-up" in browser.get("/sign-in").content.decode()
    assert browser.get("/sign-up").status_code == 200
    made = browser.post("/sign-up", WANTED)
    assert (made.status_code, made["Location"]) == (303, "/sign-in")
    assert not User.objects.get(username="bob").is_sysadmin
    entered = browser.post("/sign-in", {"username": "bob", "password": "Another1pw"})
    assert entered["Location"] == "/"


def test_nobody_makes_one_where_the_settings_do_not_let_them():
    browser = Client()
    assert "/sign-up" not in browser.get("/sign-in").content.decode()
    assert browser.post("/sign-up", WANTED).status_code == 302
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"username": "alice"}, "username"),
        ({"password": "easy", "again": "easy"}, "password"),
        ({"email": "x"}, "email"),
    ],
)
def test_what_can_be_no_account_is_told_beside_its_field(is_open, changed, field):
    make_user("alice")
    refused = Client().post("/sign-up", {**WANTED, "realname": "Kept as typed", **changed})
    assert refused.status_code == 422
    assert refused.context["form"].errors[field]
    assert "Kept as typed" in refused.content.decode()
    assert User.objects.count() == 1


def test_another_site_makes_no_account(is_open):
    assert Client(enforce_csrf_checks=True).post("/sign-up", WANTED).status_code == 403


def test_whoever_is_signed_in_needs_none(is_open):
    assert browser_of(make_user()).get("/sign-up")["Location"] == "/"
