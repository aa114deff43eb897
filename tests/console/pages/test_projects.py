"""The pages of projects: which ones are listed to whom, making one, and favourites."""

import pytest
from django.test import Client

from accounts import configuration, favourites
from accounts.models import BuiltIn, Project
from accounts.principals import SYSTEM, of_user
from tests.factories.accounts import add_member, make_group, make_project, make_user
from tests.factories.browser import browser_of
from tests.factories.registry import make_repository, push_image

pytestmark = pytest.mark.django_db


def shown_by(browser, query=""):
    answer = browser.get(f"/projects{query}")
    assert answer.status_code == 200
    return [row.project.name for row in answer.context["shown"]]


def test_everybody_sees_the_projects_that_are_theirs_or_public():
    open_one, closed = make_project("open", is_public=True), make_project("closed")
    alice = make_user("alice")
    add_member(closed, make_group(members=[alice]), BuiltIn.GUEST)
    make_project("secret")
    assert shown_by(Client()) == [open_one.name]
    assert shown_by(browser_of(make_user())) == [open_one.name]
    assert shown_by(browser_of(alice)) == ["closed", "open"]
    assert shown_by(browser_of(alice), "?show=mine") == ["closed"]
    assert shown_by(browser_of(alice), "?show=public") == ["open"]
    assert shown_by(browser_of(make_user(is_sysadmin=True))) == ["closed", "open", "secret"]


def test_a_filter_finds_a_part_of_the_name_and_says_when_it_finds_none():
    for name in ("team-a", "team-b", "other"):
        make_project(name, is_public=True)
    assert shown_by(Client(), "?q=TEAM") == ["team-a", "team-b"]
    assert "No project is called so" in Client().get("/projects?q=none").content.decode()


def test_a_row_shows_what_its_reader_may_see_and_do():
    project = make_project("app")
    push_image(make_repository(project=project))
    admin, guest = make_user(), make_user()
    add_member(project, admin, BuiltIn.PROJECT_ADMIN)
    add_member(project, guest, BuiltIn.GUEST)
    for_admin = browser_of(admin).get("/projects").content.decode()
    for_guest = browser_of(guest).get("/projects").content.decode()
    assert "Project admin" in for_admin
    assert "/projects/app/-/delete" in for_admin
    assert "/projects/app/-/delete" not in for_guest
    assert "/projects/app/-/settings" not in for_guest
    assert "/projects/app/-/members" in for_guest


def test_a_list_of_many_projects_asks_the_database_no_more_than_one_of_few(django_assert_max_num_queries):
    browser = browser_of(make_user(is_sysadmin=True))
    push_image(make_repository())
    browser.get("/projects")
    with django_assert_max_num_queries(25) as few:
        browser.get("/projects")
    for number in range(60):
        push_image(make_repository(project=make_project(f"p{number:02}", is_public=True)))
    with django_assert_max_num_queries(25) as many:
        answer = browser.get("/projects")
    assert len(many) == len(few)
    assert answer.context["listing"].next_url
    assert len(shown_by(browser, answer.context["listing"].next_url)) == 11


def test_who_makes_a_project_becomes_its_admin_and_comes_to_it():
    alice = make_user("alice")
    answer = browser_of(alice).post("/projects/-/new", {"name": "team", "is_public": "on"})
    assert (answer.status_code, answer["Location"]) == (303, "/projects/team")
    project = Project.objects.get(name="team")
    assert project.is_public
    assert project.members.get().user == alice


@pytest.mark.parametrize(("name", "says"), [("Team", "lower-case"), ("taken", "exists already"), ("", "required")])
def test_a_name_that_cannot_be_is_told_beside_its_field_and_nothing_is_lost(name, says):
    make_project("taken")
    answer = browser_of(make_user()).post("/projects/-/new", {"name": name, "is_public": "on"})
    assert answer.status_code == 422
    assert says in answer.context["form"].errors["name"][0]
    assert "checked" in answer.content.decode()


def test_where_only_system_admins_make_projects_nobody_else_is_offered_it():
    configuration.set("project_creation_restriction", "adminonly", by=SYSTEM)
    browser = browser_of(make_user())
    assert "/projects/-/new" not in browser.get("/projects").content.decode()
    assert browser.get("/projects/-/new").status_code == 403
    assert "/projects/-/new" in browser_of(make_user(is_sysadmin=True)).get("/projects").content.decode()


def test_a_storage_limit_is_set_by_those_who_may():
    browser = browser_of(make_user(is_sysadmin=True))
    assert browser.post("/projects/-/new", {"name": "big", "storage_limit": "2 GiB"}).status_code == 303
    assert Project.objects.get(name="big").usage.hard == 2 << 30
    refused = browser.post("/projects/-/new", {"name": "odd", "storage_limit": "much"})
    assert "Write a number and its unit" in refused.context["form"].errors["storage_limit"][0]
    browser_of(make_user()).post("/projects/-/new", {"name": "small", "storage_limit": "2 GiB"})
    assert Project.objects.get(name="small").usage.hard == -1


def test_a_favourite_is_marked_and_found_again():
    alice, project = make_user("alice"), make_project("liked", is_public=True)
    browser = browser_of(alice)
    assert browser.post("/projects/liked/-/favourite", {"wanted": "yes"})["Location"] == "/projects/liked"
    assert [*favourites.of(of_user(alice))] == [project]
    assert shown_by(browser, "?show=favourites") == ["liked"]
    browser.post("/projects/liked/-/favourite", {"wanted": "no"})
    assert shown_by(browser, "?show=favourites") == []


def test_nobody_is_led_to_the_door_by_what_takes_somebody():
    make_project("open", is_public=True)
    assert Client().get("/projects/-/new").status_code == 302
    assert Client().post("/projects/open/-/favourite", {"wanted": "yes"}).status_code == 302
