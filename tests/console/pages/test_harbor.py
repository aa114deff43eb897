"""Harbor's deep links lead to the pages here, for those who may see them."""

import pytest
from django.test import Client

from accounts.models import BuiltIn
from tests.factories.accounts import add_member, make_project, make_user
from tests.factories.browser import browser_of

pytestmark = pytest.mark.django_db
DIGEST = f"sha256:{'a' * 64}"


@pytest.mark.parametrize(
    ("below", "leads_to"),
    [
        ("", "/projects/app"),
        ("/repositories", "/projects/app"),
        ("/repositories/web", "/projects/app/web"),
        ("/repositories/team%252Fweb/artifacts-tab", "/projects/app/team/web"),
        (f"/repositories/team%252Fweb/artifacts-tab/artifacts/{DIGEST}", f"/projects/app/team/web@{DIGEST}"),
        (f"/repositories/web/artifacts/{DIGEST}", f"/projects/app/web@{DIGEST}"),
        ("/members", "/projects/app/-/members"),
        ("/robot-account", "/projects/app/-/robots"),
        ("/webhook", "/projects/app"),
    ],
)
def test_a_link_into_a_project_finds_it_by_its_number(below, leads_to):
    project = make_project("app")
    user = make_user()
    add_member(project, user, BuiltIn.GUEST)
    assert browser_of(user).get(f"/harbor/projects/{project.pk}{below}")["Location"] == leads_to


def test_hidden_and_absent_projects_are_the_same():
    project = make_project("hidden")
    browser = browser_of(make_user())
    hidden, absent = (browser.get(f"/harbor/projects/{number}/members") for number in (project.pk, 10**15))
    assert (hidden.status_code, absent.status_code) == (403, 403)
    said = (hidden.context["says"], absent.context["says"])
    assert said[0].replace(str(project.pk), "N") == said[1].replace(str(10**15), "N")


@pytest.mark.parametrize(
    ("link", "leads_to"),
    [
        ("/harbor", "/"),
        ("/harbor/projects", "/projects"),
        ("/harbor/users", "/users"),
        ("/account/sign-in", "/sign-in"),
    ],
)
def test_places_of_harbor_have_theirs_here(link, leads_to):
    assert Client().get(link)["Location"] == leads_to


def test_a_link_to_nothing_leads_nowhere():
    assert Client().get("/harbor/nothing").status_code == 404
    assert Client().get("/harbor//evil.test/").status_code == 404
    assert browser_of(make_user(is_sysadmin=True)).get("/harbor/projects/1/repositories/../x").status_code in (400, 404)
