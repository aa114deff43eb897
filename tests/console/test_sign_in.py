"""/c/login, /c/log_out and /c/userExists, as pages and old scripts ask them."""

import json

import pytest
from django.test import Client

from accounts import access_tokens, configuration, lock_out, robots, users
from accounts.models import AuditRecord, FailedSignIns, User
from accounts.principals import SYSTEM, of_user
from tests.factories.accounts import PASSWORD, ROBOT_SECRET, make_robot, make_sysadmin, make_user
from tests.factories.browser import browser_of, form, is_signed_in, sign_in
from tests.factories.http import client_of, send

pytestmark = pytest.mark.django_db


def test_a_name_and_a_password_open_a_session():
    make_user("alice")
    browser = Client()
    answer = sign_in(browser, "alice")
    assert (answer.status_code, answer.content) == (200, b"")
    cookie = answer.cookies["sid"]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"], cookie["path"]) == (True, "Lax", "", "/")
    assert browser.get("/api/v2.0/users/current").json()["username"] == "alice"


def test_over_https_the_cookies_go_back_over_https_alone(settings):
    make_user("alice")
    browser = Client()
    body = f"principal=alice&password={PASSWORD}"
    answer = browser.post("/c/login", body, "application/x-www-form-urlencoded", secure=True)
    assert [answer.cookies[name]["secure"] for name in ("sid", "_gorilla_csrf")] == [True, True]


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("alice", "wrong"), ("alice", ""), ("alice", " "), ("alice", "\0"), ("alice\0", PASSWORD), ("", PASSWORD),
        ("nobody", PASSWORD), ("ALICE", PASSWORD), ("alice ", PASSWORD), ("*", PASSWORD), ("x" * 10_000, PASSWORD),
        ("alice", "x" * 100_000),
    ],
)  # fmt: skip
def test_all_else_opens_none_and_is_refused_in_the_same_words(username, password):
    make_user("alice")
    browser = Client()
    answer = sign_in(browser, username, password)
    assert answer.status_code == 401
    assert answer.json() == {"errors": [{"code": "UNAUTHORIZED", "message": "The user name or the password is wrong."}]}
    assert "WWW-Authenticate" not in answer
    assert "sid" not in answer.cookies
    assert not is_signed_in(browser)


@pytest.mark.parametrize(
    "body", ["", "principal=alice", "password=x", "principal=alice&principal=&password=Correct-Horse-1"]
)
def test_a_form_that_lacks_something_is_refused(body):
    make_user("alice")
    assert Client().post("/c/login", body, "application/x-www-form-urlencoded").status_code == 401


def test_a_form_of_more_fields_than_anybody_needs_is_refused():
    body = f"principal=alice&password={PASSWORD}" + "&x=1" * 5000
    answer = Client().post("/c/login", body, "application/x-www-form-urlencoded")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "BAD_REQUEST")


def test_only_forms_are_taken():
    make_user("alice")
    for kind in ("application/json", "text/plain", "multipart/form-data; boundary=x"):
        body = json.dumps({"principal": "alice", "password": PASSWORD})
        assert Client().post("/c/login", body, kind).status_code == 415


def test_a_disabled_user_signs_in_no_more():
    users.disable(make_user("alice"), by=SYSTEM)
    assert sign_in(Client(), "alice").status_code == 401


def test_robots_and_access_tokens_open_no_session():
    made = access_tokens.create("ci", by=of_user(make_user("alice")))
    assert sign_in(Client(), "alice", made.secret).status_code == 401
    assert sign_in(Client(), robots.name_of(make_robot()), ROBOT_SECRET).status_code == 401


def test_who_guesses_too_often_waits_wherever_they_guess():
    make_user("alice")
    answers = [sign_in(Client(), "alice", f"guess-{number}") for number in range(lock_out.FREE_ATTEMPTS + 1)]
    assert [each.status_code for each in answers] == [401] * lock_out.FREE_ATTEMPTS + [429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert client_of(User.objects.get()).get("/api/v2.0/users/current").status_code == 429


def test_a_forged_address_gives_no_further_guesses():
    make_user("alice")
    names = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP", "CF-Connecting-IP", "True-Client-IP")
    for number in range(lock_out.FREE_ATTEMPTS):
        sign_in(Client(), "alice", "wrong", **dict.fromkeys(names, f"for=198.51.100.{number}"))
    assert FailedSignIns.objects.get().client_address == "127.0.0.1"
    assert sign_in(Client(), "alice", **{"X-Forwarded-For": "198.51.100.99"}).status_code == 429


def test_no_header_signs_anybody_in():
    make_sysadmin("root")
    for name in ("Remote-User", "X-Remote-User", "X-WEBAUTH-USER", "X-Forwarded-User", "X-Auth-Request-User"):
        assert Client(headers={name: "root"}).get("/api/v2.0/users/current").status_code == 401


def test_signing_in_and_out_is_recorded_with_address_and_program():
    browser = browser_of(make_user("alice"), headers={"User-Agent": "Firefox"})
    browser.get("/c/log_out")
    found = AuditRecord.objects.order_by("pk").values_list("principal", "operation", "client_address", "user_agent")
    assert list(found) == [("alice", "login", "127.0.0.1", "Firefox"), ("alice", "logout", "127.0.0.1", "Firefox")]


def test_signing_out_ends_the_session_for_everybody_who_has_its_cookie():
    browser = browser_of(make_user())
    thief = Client()
    thief.cookies["sid"] = browser.cookies["sid"].value
    assert is_signed_in(thief)
    answer = browser.get("/c/log_out")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.cookies["sid"].value == ""
    assert not is_signed_in(browser)
    assert not is_signed_in(thief)
    assert Client().get("/c/log_out").status_code == 200


def test_another_site_signs_nobody_in_or_out():
    browser = browser_of(make_user("alice"))
    assert browser.get("/c/log_out", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert is_signed_in(browser)
    for origin in ("https://evil.example", "http://testserver.evil.example", "null", "http://"):
        answer = sign_in(Client(), "alice", Origin=origin)
        assert (answer.status_code, "sid" in answer.cookies) == (403, False)
    assert sign_in(Client(), "alice", Origin="http://testserver").status_code == 200


def test_whether_a_name_is_taken_is_told_only_where_people_sign_up():
    make_user("alice")
    assert form(Client(), "/c/userExists", target="username", value="alice").status_code == 412
    configuration.set("self_registration", True, by=SYSTEM)
    asked = {"alice": True, "bob": False, "al": False, "": False, "\0": False, "%": False}
    for value, taken in asked.items():
        assert form(Client(), "/c/userExists", target="username", value=value).json() is taken
    assert form(Client(), "/c/userExists", target="email", value="alice@example.org").json() is True
    for target in ("password", "", "pk", "email__startswith"):
        assert form(Client(), "/c/userExists", target=target, value="a").status_code == 400


def test_people_sign_up_from_a_page_where_the_setting_lets_them():
    eve = {"username": "eve", "email": "eve@example.org", "password": "Plain-words-1", "sysadmin_flag": True}
    page = Client()
    page.defaults["HTTP_X_HARBOR_CSRF_TOKEN"] = page.get("/api/v2.0/systeminfo")["X-Harbor-CSRF-Token"]
    assert send(page, "POST", "/api/v2.0/users", eve).status_code == 401
    configuration.set("self_registration", True, by=SYSTEM)
    assert send(Client(), "POST", "/api/v2.0/users", eve).status_code == 401
    assert send(page, "POST", "/api/v2.0/users", eve).status_code == 201
    assert not User.objects.get(username="eve").is_sysadmin
    assert sign_in(Client(), "eve", "Plain-words-1").status_code == 200
