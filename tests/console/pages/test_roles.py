"""Roles on pages: the matrix of what each allows, and roles made on it."""

import pytest
from django.test import Client

from accounts import policy, roles
from accounts.models import BuiltIn, Role
from accounts.principals import SYSTEM
from console import role_matrix, role_words
from tests.factories.accounts import add_member, make_project, make_user
from tests.factories.browser import browser_of

pytestmark = pytest.mark.django_db
NEW = {"name": "release manager", "description": "moves tags", "actions": ["tag:create", "tag:delete", "tag:list"]}


@pytest.fixture
def browser() -> Client:
    return browser_of(make_user("root", is_sysadmin=True))


@pytest.fixture
def role():
    return roles.create("mover", "moves tags", ["tag:create", "tag:list"], by=SYSTEM)


def test_every_action_is_on_the_matrix_once_and_in_words():
    lines = [line for group in role_matrix.of(role_matrix.built_in()).groups for line in group.lines]
    assert sorted(line.action for line in lines) == sorted(policy.POLICY)
    assert all(line.says for line in lines)
    assert {*role_words.ACTIONS} <= {*policy.POLICY}


def test_the_matrix_says_what_the_permission_table_says():
    for group in role_matrix.of(role_matrix.built_in()).groups:
        for line in group.lines:
            letter, allowed = policy.POLICY[line.action]
            assert line.letter == letter
            assert line.allowed == tuple(number in allowed for number in policy.ORDER)


def test_everybody_who_is_signed_in_reads_roles_and_only_admins_see_who_has_them(browser, role):
    add_member(make_project("hidden"), make_user("alice"), role.pk)
    plain = browser_of(make_user())
    shown = plain.get("/roles").content.decode()
    assert "mover" in shown
    assert "/roles/new" not in shown
    assert f"/roles/{role.pk}/members" not in shown
    assert plain.get(f"/roles/{role.pk}/members").status_code == 403
    assert 'name="actions"' not in plain.get(f"/roles/{role.pk}").content.decode()
    members = browser.get(f"/roles/{role.pk}/members").content.decode()
    assert "hidden" in members
    assert "alice" in members
    assert Client().get("/roles").status_code == 302


def test_the_role_that_may_most_stands_first_and_made_ones_last(browser, role):
    listed = browser.get("/roles").context["listing"].rows
    assert [each.pk for each in listed] == [*policy.ORDER, role.pk]


def test_a_list_of_many_roles_asks_the_database_no_more_than_one_of_few(browser, django_assert_max_num_queries):
    for number in range(46):
        roles.create(f"first {number:02}", "", ["tag:list"], by=SYSTEM)
    browser.get("/roles")
    with django_assert_max_num_queries(20) as few:
        browser.get("/roles")
    for number in range(4):
        roles.create(f"role {number:02}", "", ["tag:list"], by=SYSTEM)
    with django_assert_max_num_queries(20) as many:
        answer = browser.get("/roles")
    assert len(many) == len(few)
    assert len(browser.get(f"/roles{answer.context['listing'].next_url}").context["listing"].rows) == 5


def test_a_role_is_made_of_what_is_checked(browser):
    made = browser.post("/roles/new", NEW)
    role = Role.objects.get(name="release manager")
    assert (made.status_code, made["Location"]) == (303, f"/roles/{role.pk}")
    assert role.actions == ["tag:create", "tag:delete", "tag:list"]
    shown = browser.get(f"/roles/{role.pk}").content.decode()
    assert shown.count(" checked") == 3


def test_a_role_begins_with_what_another_allows(browser):
    begun = browser.get("/roles/new?from=3").content.decode()
    assert begun.count(" checked") == len(policy.actions_of(Role.objects.get(pk=BuiltIn.GUEST)))
    assert browser.get("/roles/new").content.decode().count(" checked") == 0
    assert browser.get("/roles/new?from=99999").status_code == 404
    assert browser.get("/roles/new?from=nonsense").status_code == 200


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"actions": []}, "Check one action at least"),
        ({"name": "guest"}, "A role guest exists already"),
        ({"name": ""}, "This field is required"),
        ({"actions": ["tag:list", "system-user:delete"]}, "is not one of the available choices"),
    ],
)
def test_what_can_be_no_role_is_told_and_nothing_is_lost(browser, changed, said):
    refused = browser.post("/roles/new", {**NEW, **changed})
    shown = refused.content.decode()
    assert refused.status_code == 422
    assert said in shown
    assert "moves tags" in shown
    assert shown.count(" checked") == len([action for action in {**NEW, **changed}["actions"] if "tag" in action])


def test_a_role_is_changed_for_all_who_have_it(browser, role):
    assert browser.post(f"/roles/{role.pk}", {**NEW, "actions": ["repository:pull"]}).status_code == 303
    role.refresh_from_db()
    assert (role.name, role.actions) == ("release manager", ["repository:pull"])
    assert browser.post(f"/roles/{role.pk}", {**NEW, "name": "guest"}).status_code == 422


def test_a_role_that_somebody_has_is_not_deleted(browser, role):
    member = add_member(make_project(), make_user(), role.pk)
    asked = browser.get(f"/roles/{role.pk}/delete").content.decode()
    assert "Give them another one first" in asked
    assert browser.post(f"/roles/{role.pk}/delete").status_code == 412
    member.delete()
    assert browser.post(f"/roles/{role.pk}/delete")["Location"] == "/roles"
    assert not Role.objects.filter(pk=role.pk).exists()


def test_built_in_roles_stay_as_they_are(browser):
    assert 'name="actions"' not in browser.get("/roles/1").content.decode()
    assert browser.post("/roles/1", NEW).status_code == 412
    assert browser.post("/roles/1/delete").status_code == 412
    assert Role.objects.filter(pk=1).exists()


def test_others_make_change_and_delete_none(role):
    browser = browser_of(make_user())
    for address in ("/roles/new", f"/roles/{role.pk}", f"/roles/{role.pk}/delete"):
        assert browser.post(address, NEW).status_code == 403
    role.refresh_from_db()
    assert role.name == "mover"
