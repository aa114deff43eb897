"""The page that answers why, and the one behind the id of a refusal."""

import pytest

from accounts.models import BuiltIn, RefusalRecord
from tests.factories.accounts import add_member, make_project, make_user
from tests.factories.browser import browser_of

pytestmark = pytest.mark.django_db


def ask(browser, **asked):
    return browser.get("/why", {"who": "", "name": "", "place": "", **asked})


def test_a_yes_and_a_no_each_with_the_chain_behind_them():
    guest = make_user("guest")
    add_member(make_project("app"), guest, BuiltIn.GUEST)
    browser = browser_of(guest)
    said = ask(browser, action="repository:pull", place="app/web").content.decode()
    assert "guest may do this." in said
    said = ask(browser, action="repository:push", place="app/web:1").content.decode()
    assert "guest may not push to app/web:1" in said
    assert "does not allow it" in said


def test_who_may_not_ask_about_others_is_told_so_beside_the_form():
    add_member(make_project("app"), make_user("victim"), BuiltIn.PROJECT_ADMIN)
    browser = browser_of(make_user())
    answer = ask(browser, who="user", name="victim", action="repository:push", place="app/web")
    assert answer.status_code == 422
    assert "allows it" not in answer.content.decode()


def test_a_question_that_makes_no_sense_is_told_so():
    browser = browser_of(make_user())
    assert "is asked of a project" in ask(browser, action="repository:pull").content.decode()
    assert "Say which one." in ask(browser, who="robot", action="repository:pull", place="app").content.decode()
    assert ask(browser, action="<script>", place="app").status_code == 422


def test_a_refusal_opens_by_its_id_however_it_was_copied():
    guest = make_user("guest")
    add_member(make_project("app"), guest, BuiltIn.GUEST)
    browser = browser_of(guest)
    assert browser.delete("/api/v2.0/projects/app").status_code == 403
    number = RefusalRecord.objects.get().pk
    for copied in (number, f" (why: {number})", f"(why:{number})"):
        assert "DELETE /api/v2.0/projects/app" in browser.get("/refusals", {"id": copied}).content.decode()
    assert browser_of(make_user()).get(f"/refusals/{number}").status_code == 404
