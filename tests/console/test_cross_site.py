"""What a page of another site gets done with somebody's session: nothing (K17)."""

import pytest
from django.test import Client

from accounts.models import Project
from tests.factories.accounts import PASSWORD, make_sysadmin, make_user
from tests.factories.browser import TOKEN, browser_of, form, sign_in
from tests.factories.http import basic, client_of

pytestmark = pytest.mark.django_db

PROJECTS = "/api/v2.0/projects"
BODY = {"project_name": "app"}
JSON = "application/json"


def post(client: Client, **headers: str):
    return client.post(PROJECTS, BODY, JSON, headers=headers)


def without_token() -> Client:
    browser = browser_of(make_user())
    del browser.defaults["HTTP_X_HARBOR_CSRF_TOKEN"]
    return browser


def refused(answer) -> str:
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["code"]) == (403, "FORBIDDEN")
    assert error["message"].startswith("CSRF token ")
    assert not Project.objects.exists()
    return str(error["message"])


def test_a_session_changes_something_only_with_the_token():
    browser = without_token()
    answer = post(browser)
    assert "not found in request" in refused(answer)
    assert post(browser, **{TOKEN: answer.headers[TOKEN]}).status_code == 201


def test_the_token_is_in_every_answer_and_its_cookie_is_for_our_own_pages():
    browser = without_token()
    for path in (PROJECTS, "/api/v2.0/nothing", "/api/v2.0/users", "/c/login", "/c/log_out"):
        assert len(browser.get(path).headers[TOKEN]) == 64, path
    cookie = browser.cookies["_gorilla_csrf"]
    assert (cookie["samesite"], cookie["httponly"]) == ("Strict", True)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", [PROJECTS, "/api/v2.0/users/1/sysadmin", "/c/userExists", "//api//v2.0/robots"])
def test_no_way_of_changing_anything_is_left_out(method, path):
    refused(without_token().generic(method, "/", PATH_INFO=path))


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_no_form_of_another_site_is_taken_for_json(kind):
    browser = without_token()
    refused(browser.generic("POST", PROJECTS, b'{"project_name": "app"}', kind))
    assert browser.generic("POST", PROJECTS, b'{"project_name": "app"}', kind, headers={TOKEN: "x"}).status_code == 403


def test_a_method_in_a_header_or_in_the_query_is_none():
    browser = without_token()
    headers = {"X-HTTP-Method-Override": "POST", "X-Method-Override": "POST", "X-HTTP-Method": "POST"}
    assert browser.get(f"{PROJECTS}?_method=POST&project_name=app", headers=headers).json() == []
    assert not Project.objects.exists()


@pytest.mark.parametrize("token", ["x", "0" * 64, "\x00", "é", "x" * 10_000])
def test_a_token_that_is_none_is_refused(token):
    assert "invalid" in refused(post(without_token(), **{TOKEN: token}))


def test_the_token_of_another_session_is_refused():
    stranger = browser_of(make_user()).defaults["HTTP_X_HARBOR_CSRF_TOKEN"]
    assert "invalid" in refused(post(without_token(), **{TOKEN: stranger}))


def test_a_token_is_good_without_its_cookie_as_programs_send_it():
    browser = browser_of(make_user())
    program = Client(headers={"Cookie": f"sid={browser.cookies['sid'].value}"})
    refusal = post(program)
    refused(refusal)
    assert post(program, **{TOKEN: refusal.headers[TOKEN]}).status_code == 201


def test_a_token_from_before_the_session_is_good_as_scripts_use_it():
    script = Client()
    token = script.get("/api/v2.0/systeminfo").headers[TOKEN]
    assert sign_in(script, make_user().username, **{TOKEN: token}).status_code == 200
    assert post(script, **{TOKEN: token}).status_code == 201


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://testserver.evil.example", "file://", "x"])
def test_what_comes_from_a_page_of_another_site_is_refused_even_with_a_token(origin):
    refused(post(browser_of(make_user()), Origin=origin))
    refused(post(client_of(make_user()), Origin=origin))


def test_what_comes_from_our_own_pages_is_taken(settings):
    assert post(browser_of(make_user()), Origin="http://testserver").status_code == 201


def test_clients_without_the_cookie_need_no_token_and_get_no_cookies():
    alice = make_user("alice")
    answer = post(client_of(alice))
    assert answer.status_code == 201
    assert not answer.cookies
    assert TOKEN not in answer
    wrong = Client(headers={"Authorization": basic("alice", "wrong")}).get(PROJECTS)
    assert (wrong.status_code, len(wrong.cookies)) == (401, 0)


def test_credentials_beside_a_sessions_cookie_need_the_token_too():
    browser = without_token()
    refused(post(browser, Authorization=basic(make_user().username)))


def test_any_cookie_of_a_session_counts_also_one_that_has_ended():
    client = client_of(make_sysadmin())
    client.cookies["sid"] = "gone"
    refused(post(client))


def test_other_cookies_do_not_count():
    client = client_of(make_user())
    client.cookies["language"] = "en"
    client.cookies["_gorilla_csrf"] = "x"
    assert post(client).status_code == 201


def test_reading_needs_no_token():
    browser = without_token()
    assert browser.get(PROJECTS).status_code == 200
    assert browser.head("/api/v2.0/users/current").status_code == 200


def test_signing_in_again_over_an_old_session_needs_the_token():
    alice = make_user("alice")
    browser = without_token()
    answer = form(browser, "/c/login", principal=alice.username, password=PASSWORD)
    assert answer.status_code == 403
    assert sign_in(browser, "alice", **{TOKEN: answer.headers[TOKEN]}).status_code == 200


def test_answers_differ_by_cookie_and_are_kept_by_nobody():
    answer = browser_of(make_user()).get(PROJECTS)
    assert "Cookie" in answer["Vary"]
    assert answer["Cache-Control"] == "private, no-store"


def test_v2_asks_for_none_and_gives_none():
    browser = browser_of(make_user())
    answer = browser.post("/v2/library/app/blobs/uploads/")
    assert answer.status_code == 401
    assert not answer.cookies
    assert TOKEN not in answer
