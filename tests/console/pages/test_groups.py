"""Groups on pages, as far as no directory is asked."""

import pytest
from django.test import Client

from accounts.models import BuiltIn, GroupMembership, Member, UserGroup
from tests.factories.accounts import add_member, make_auditor, make_group, make_project, make_user, user_of
from tests.factories.browser import browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Client:
    return browser_of(make_user("root", is_sysadmin=True))


def names(answer):
    return [group.name for group in answer.context["listing"].rows]


def test_the_list_is_for_those_who_look_after_groups_and_for_auditors(browser):
    make_group("ops")
    assert names(browser.get("/groups")) == ["ops"]
    assert browser_of(make_user()).get("/groups").status_code == 403
    for_auditor = browser_of(user_of(make_auditor())).get("/groups")
    assert names(for_auditor) == ["ops"]
    assert "/groups/new" not in for_auditor.content.decode()


def test_no_group_yet_says_what_to_do_first(browser):
    assert "/groups/new" in browser.get("/groups").content.decode()
    assert "No directory is connected yet" in browser.get("/groups/new").content.decode()


def test_groups_are_found_by_name_and_dn_and_counted(browser):
    alice, bob = make_user("alice"), make_user("bob")
    ops = make_group("ops", members=[alice, bob])
    make_group("dev")
    add_member(make_project("app"), ops, BuiltIn.GUEST)
    add_member(make_project("base"), ops, BuiltIn.DEVELOPER)
    row = next(iter(browser.get("/groups?q=OPS").context["listing"].rows))
    assert (row.name, row.people, row.roles) == ("ops", 2, 2)
    assert names(browser.get("/groups?q=cn=dev")) == ["dev"]
    assert "No group is called so." in browser.get("/groups?q=absent").content.decode()


def test_a_list_of_many_groups_asks_the_database_no_more_than_one_of_few(browser, django_assert_max_num_queries):
    for number in range(51):
        make_group(f"first-{number:02}")
    browser.get("/groups")
    with django_assert_max_num_queries(15) as few:
        browser.get("/groups")
    for number in range(10):
        make_group(f"group-{number:02}", members=[make_user()])
    with django_assert_max_num_queries(15) as many:
        answer = browser.get("/groups")
    assert len(many) == len(few)
    assert len(names(browser.get(f"/groups{answer.context['listing'].next_url}"))) == 11


def test_a_group_shows_who_is_in_it_and_what_it_gives(browser):
    ops = make_group("ops", members=[make_user("alice")])
    add_member(make_project("app"), ops, BuiltIn.MAINTAINER, tags="v*")
    assert "alice" in browser.get(f"/groups/{ops.pk}").content.decode()
    given = browser.get(f"/groups/{ops.pk}/roles").content.decode()
    assert all(part in given for part in ("app", "Maintainer", "v*"))
    assert browser.get("/groups/99999").status_code == 404


def test_a_group_is_renamed(browser):
    ops = make_group("ops")
    assert browser.post(f"/groups/{ops.pk}/name", {"name": "operations"}).status_code == 303
    assert UserGroup.objects.get().name == "operations"
    refused = browser.post(f"/groups/{ops.pk}/name", {"name": "x" * 300})
    assert refused.status_code == 422
    assert UserGroup.objects.get().name == "operations"


def test_deleting_says_what_goes_and_takes_the_name(browser):
    ops = make_group("ops", members=[make_user("alice")])
    add_member(make_project("app"), ops, BuiltIn.MAINTAINER)
    asked = browser.get(f"/groups/{ops.pk}/delete").content.decode()
    assert all(part in asked for part in ("1 role in a project", "app", "1 person"))
    assert browser.post(f"/groups/{ops.pk}/delete", {"name": "dev"}).status_code == 422
    assert browser.post(f"/groups/{ops.pk}/delete", {"name": "ops"})["Location"] == "/groups"
    assert not UserGroup.objects.exists()
    assert not Member.objects.exists()
    assert not GroupMembership.objects.exists()


def test_others_change_no_group():
    ops = make_group("ops")
    for browser in (browser_of(make_user()), browser_of(user_of(make_auditor()))):
        for address in ("/groups/new", f"/groups/{ops.pk}/name", f"/groups/{ops.pk}/delete"):
            assert browser.post(address, {"name": "ops", "dn": "cn=x"}).status_code == 403
    assert UserGroup.objects.get().name == "ops"
