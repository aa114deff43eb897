"""The repositories that robots and access tokens find in lists: those that they may list, and no others."""

from dataclasses import replace

import pytest

from accounts.models import BuiltIn, Project
from accounts.principals import Grant, Principal, of_robot
from registry.content import repositories
from tests.factories.accounts import grant_to, make_project, make_robot, make_sysadmin, member_of
from tests.factories.registry import make_repository, push_image

pytestmark = pytest.mark.django_db


@pytest.fixture
def places() -> list[Project]:
    """Two private projects and a public one, each with a repository app."""
    made = [make_project("one"), make_project("two"), make_project("pub", is_public=True)]
    for project in made:
        push_image(make_repository(f"{project.name}/app", project))
    return made


def seen(by: Principal) -> list[str]:
    return [repository.name for repository in repositories.listed(by)]


def robot(*actions: str, project: Project | None = None, **patterns: str) -> Principal:
    made = make_robot()
    grant_to(made, *actions, project=project, everywhere=project is None, **patterns)
    return of_robot(made, made.name)


def test_a_robot_finds_what_it_may_list(places: list[Project]):
    assert seen(robot("repository:list", project=places[0])) == ["one/app", "pub/app"]
    assert seen(robot("repository:list")) == ["one/app", "pub/app", "two/app"]
    assert seen(robot("repository:list", repositories="a*")) == ["one/app", "pub/app", "two/app"]
    assert seen(robot("repository:list", repositories="b*")) == ["pub/app"]
    for by in (robot("label:list"), robot("label:list", project=places[0])):
        assert seen(by) == ["pub/app"]


def test_an_access_token_finds_what_it_is_good_for(places: list[Project]):
    one = places[0]
    alice, root = member_of(one, BuiltIn.PROJECT_ADMIN), make_sysadmin()
    lists, manages = frozenset({"repository:list"}), frozenset({"self:update"})
    for by, limit, names in [
        (alice, Grant(lists, one.pk), ["one/app", "pub/app"]),
        (alice, Grant(lists, covers_all_projects=True), ["one/app", "pub/app"]),
        (alice, Grant(lists, places[1].pk), ["pub/app"]),
        (root, Grant(lists, covers_all_projects=True), ["one/app", "pub/app", "two/app"]),
        (root, Grant(lists, one.pk), ["one/app", "pub/app"]),
        (root, Grant(manages, covers_all_projects=True), ["pub/app"]),
        (root, Grant(manages, one.pk), ["pub/app"]),
    ]:
        assert seen(replace(by, limit=(limit,))) == names, limit
