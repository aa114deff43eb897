"""Oneself: profile, password, theme and language; and one's access tokens."""

import pytest
from django.test import Client

from accounts import sign_in
from accounts.models import AccessToken, BuiltIn
from tests.factories.accounts import PASSWORD, add_member, make_project, make_user
from tests.factories.browser import browser_of, is_signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return make_user("alice")


@pytest.fixture
def browser(alice) -> Client:
    return browser_of(alice)


def test_a_profile_is_changed_and_what_is_wrong_stands_beside_its_field(browser, alice):
    assert browser.post("/me/profile", {"email": "a@example.org", "realname": "Alice"}).status_code == 303
    alice.refresh_from_db()
    assert (alice.email, alice.realname) == ("a@example.org", "Alice")
    refused = browser.post("/me/profile", {"email": "nonsense", "realname": "Kept as typed"})
    assert refused.status_code == 422
    assert "This is not an e-mail address" in refused.content.decode()
    assert "Kept as typed" in refused.content.decode()


def test_a_new_password_ends_the_other_sessions_and_not_this_one(browser, alice):
    other = browser_of(alice)
    changed = browser.post("/me/password", {"current": PASSWORD, "password": "Another1pw", "again": "Another1pw"})
    assert changed.status_code == 303
    assert is_signed_in(browser)
    assert not is_signed_in(other)
    assert sign_in.in_person("alice", "Another1pw").name == "alice"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"current": "wrong", "password": "Another1pw", "again": "Another1pw"}, "The current password is wrong"),
        ({"current": PASSWORD, "password": "Another1pw", "again": "Another2pw"}, "This is not the new password above"),
        ({"current": PASSWORD, "password": "easy", "again": "easy"}, "A password has 8 to 128 characters"),
    ],
)
def test_a_password_that_is_refused_says_why_and_shows_none(browser, sent, said):
    refused = browser.post("/me/password", sent)
    assert refused.status_code == 422
    assert said in refused.content.decode()
    assert "Another1pw" not in refused.content.decode()


def test_theme_and_language_are_kept_in_this_browser(browser):
    browser.post("/me/look", {"theme": "dark", "language": "zh-hans"})
    shown = browser.get("/me").content.decode()
    assert 'data-bs-theme="dark"' in shown
    assert 'lang="zh-hans"' in shown
    assert browser.post("/me/look", {"theme": "<script>", "language": ""}).status_code == 422
    browser.cookies["theme"] = '"><script>'
    assert "<script>" not in browser.get("/me").content.decode().replace("<script src", "")


def test_a_token_is_shown_once_and_is_good_for_what_was_asked(browser, alice):
    add_member(make_project("app"), alice, BuiltIn.DEVELOPER)
    made = browser.post("/me/tokens/new", {"name": "laptop", "good_for": "pull", "projects": "app", "days": "30"})
    assert made.status_code == 201
    token = AccessToken.objects.get()
    secret = made.context["secret"]
    assert made.content.decode().count(secret) >= 2
    assert secret not in browser.get("/me/tokens").content.decode()
    assert sign_in.with_password("alice", secret).access_token_id == token.pk
    assert "Pull: read images · app" in browser.get("/me/tokens").content.decode()


def test_a_token_that_is_refused_loses_nothing_that_was_typed(browser):
    sent = {"name": "laptop", "good_for": "push", "projects": "hidden", "days": "7"}
    refused = browser.post("/me/tokens/new", sent)
    assert refused.status_code == 422
    assert "does not exist, or you may not see it" in refused.content.decode()
    assert 'value="laptop"' in refused.content.decode()
    assert AccessToken.objects.count() == 0


def test_a_token_is_revoked_by_its_owner_alone(browser):
    browser.post("/me/tokens/new", {"name": "laptop", "good_for": "all", "days": "7"})
    token = AccessToken.objects.get()
    stranger = browser_of(make_user())
    assert stranger.post(f"/me/tokens/{token.pk}/revoke").status_code == 404
    assert browser.get(f"/me/tokens/{token.pk}/revoke").status_code == 200
    assert AccessToken.objects.exists()
    assert browser.post(f"/me/tokens/{token.pk}/revoke").status_code == 303
    assert not AccessToken.objects.exists()
