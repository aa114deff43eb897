"""The project switcher: what somebody works on first, and nothing that is hidden."""

import pytest
from django.test import Client

from accounts import favourites
from accounts.models import BuiltIn
from accounts.principals import of_user
from tests.factories.accounts import add_member, make_project, make_user
from tests.factories.browser import browser_of

pytestmark = pytest.mark.django_db


def names(answer) -> list[str]:
    return [project.name for project in answer.context["projects"]]


def test_favourites_come_first_then_ones_own_then_public_ones():
    user = make_user()
    public, own, favourite = (
        make_project("a-public", is_public=True),
        make_project("b-own"),
        make_project("c-favourite"),
    )
    make_project("hidden")
    for project in (own, favourite):
        add_member(project, user, BuiltIn.GUEST)
    favourites.mark(favourite, by=of_user(user))
    browser = browser_of(user)
    assert names(browser.get("/projects/-/switcher")) == ["c-favourite", "b-own", "a-public"]
    assert names(browser.get("/projects/-/switcher?name=PUB")) == [public.name]
    assert names(browser.get("/projects/-/switcher?name=hidden")) == []
    assert names(Client().get("/projects/-/switcher")) == ["a-public"]
