"""How long a session is good for, and what ends it sooner."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import configuration, users
from accounts.models import User
from accounts.principals import SYSTEM
from tests.factories.accounts import PASSWORD, make_sysadmin, make_user
from tests.factories.browser import browser_of, is_signed_in, sign_in
from tests.factories.http import basic

pytestmark = pytest.mark.django_db

CURRENT = "/api/v2.0/users/current"


def let_pass(browser: Client, *, minutes: float) -> None:
    """Let the session at hand be so much older, and so much longer unused."""
    session = browser.session
    for moment in ("began_at", "used_at"):
        session[moment] -= 60 * minutes
    session.save()


def test_it_ends_when_it_is_idle_for_as_long_as_the_settings_say():
    browser = browser_of(make_user())
    for _ in range(3):
        let_pass(browser, minutes=50)
        assert is_signed_in(browser)
    let_pass(browser, minutes=61)
    assert not is_signed_in(browser)
    assert not Session.objects.exists()


def test_a_shorter_time_acts_on_sessions_that_are_open():
    browser = browser_of(make_user())
    let_pass(browser, minutes=10)
    configuration.set("session_timeout", 5, by=SYSTEM)
    assert not is_signed_in(browser)


def test_a_request_that_a_page_makes_by_itself_does_not_renew_it():
    browser = browser_of(make_user())
    for _ in range(3):
        let_pass(browser, minutes=19)
        assert browser.get(CURRENT, headers={"X-Harbor-No-Session-Renewal": "true"}).status_code == 200
    let_pass(browser, minutes=4)
    assert not is_signed_in(browser)


def test_it_ends_after_twelve_hours_however_busy():
    browser = browser_of(make_user())
    for _ in range(14):
        let_pass(browser, minutes=50)
        assert is_signed_in(browser)
    let_pass(browser, minutes=30)
    assert not is_signed_in(browser)


def test_its_row_and_its_cookie_end_with_it():
    browser = browser_of(make_user())
    row = Session.objects.get()
    assert row.expire_date - timezone.now() == pytest.approx(timedelta(hours=1), abs=timedelta(minutes=1))
    assert 3500 < int(browser.cookies["sid"]["max-age"]) <= 3600
    Session.objects.update(expire_date=timezone.now())
    assert not is_signed_in(browser)


def test_endless_settings_break_nothing():
    configuration.set_many(dict.fromkeys(["session_timeout", "session_absolute_timeout"], 9_999_999_999), by=SYSTEM)
    assert is_signed_in(browser_of(make_user()))


def test_it_is_written_only_now_and_then(django_assert_num_queries):
    browser = browser_of(make_user())
    with django_assert_num_queries(4) as asked:  # the session, its user, the settings; and the user for the answer
        assert is_signed_in(browser)
    assert not [each for each in asked if not each["sql"].startswith("SELECT")]


ENDINGS = {
    "is disabled": lambda user: users.disable(user, by=SYSTEM),
    "is disabled for a moment": lambda user: (users.disable(user, by=SYSTEM), users.enable(user, by=SYSTEM)),
    "is deleted": lambda user: users.delete(user, by=SYSTEM),
    "gets another password": lambda user: users.set_password(user, "Another-Horse-2", by=SYSTEM),
    "becomes a system admin": lambda user: users.set_sysadmin(user, True, by=SYSTEM),
    "becomes an auditor": lambda user: users.set_auditor(user, True, by=SYSTEM),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_it_ends_at_the_next_request_when_its_user(ending):
    alice = make_user("alice")
    browser, elsewhere = browser_of(alice), browser_of(alice)
    ENDINGS[ending](alice)
    for each in (browser, elsewhere):
        assert not is_signed_in(each)
        assert each.get("/api/v2.0/projects").status_code == 200  # as anybody may
    assert not Session.objects.exists()


def test_a_system_admin_who_is_one_no_more_can_do_nothing_by_the_session():
    make_sysadmin()
    root = make_user("root", is_sysadmin=True)
    browser = browser_of(root)
    assert browser.get("/api/v2.0/users").status_code == 200
    User.objects.filter(pk=root.pk).update(is_sysadmin=False)
    assert browser.get("/api/v2.0/users").status_code == 403


def test_ones_own_new_password_ends_all_other_sessions():
    alice = make_user("alice")
    browser, elsewhere = browser_of(alice), browser_of(alice)
    before = browser.cookies["sid"].value
    body = {"old_password": PASSWORD, "new_password": "Another-Horse-2"}
    assert browser.put(f"/api/v2.0/users/{alice.pk}/password", body, "application/json").status_code == 200
    assert is_signed_in(browser)
    assert browser.cookies["sid"].value != before
    assert not is_signed_in(elsewhere)
    assert sign_in(Client(), "alice").status_code == 401


def test_a_number_that_was_planted_is_not_the_one_that_counts():
    make_user("alice")
    victim, planter = Client(), browser_of(make_user("eve"))
    planted = planter.cookies["sid"].value
    victim.cookies["sid"] = planted
    token = victim.get("/c/login").headers["X-Harbor-CSRF-Token"]
    assert sign_in(victim, "alice", **{"X-Harbor-CSRF-Token": token}).status_code == 200
    assert victim.cookies["sid"].value != planted
    assert victim.get(CURRENT).json()["username"] == "alice"
    assert not is_signed_in(planter)


@pytest.mark.parametrize("number", ["", "x", "a" * 32, "A" * 10_000, "../../etc", "\x01", "'; --", "sid"])
def test_a_made_up_number_is_nobodys(number):
    make_user()
    client = Client()
    client.cookies["sid"] = number
    answer = client.get(CURRENT)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (401, "UNAUTHORIZED")


def test_credentials_in_the_header_count_before_it():
    browser = browser_of(make_user("alice"))
    bob = make_user("bob")
    assert browser.get(CURRENT, headers={"Authorization": basic(bob.username)}).json()["username"] == "bob"
    assert browser.get(CURRENT, headers={"Authorization": basic("alice", "wrong")}).status_code == 401
    assert browser.get(CURRENT, headers={"Authorization": "Bearer x"}).status_code == 401


def test_it_is_worth_nothing_on_v2_and_to_the_token_service():
    browser = browser_of(make_user("alice"))
    assert browser.get("/v2/").status_code == 401
    answer = browser.get("/service/token?service=harbor-registry&account=alice")
    assert answer.status_code == 401
    assert not answer.cookies


def test_a_session_that_ends_during_a_request_is_simply_over():
    browser = browser_of(make_user())
    let_pass(browser, minutes=2)

    def end_it_meanwhile(execute, sql, *more):
        if sql.startswith("SELECT") and User._meta.db_table in sql:
            Session.objects.all().delete()
        return execute(sql, *more)

    with connection.execute_wrapper(end_it_meanwhile):
        answer = browser.get(CURRENT)
    assert (answer.status_code, answer.cookies["sid"].value) == (200, "")
    assert not is_signed_in(browser)
