"""What somebody is in a project: the roles and grants that count there, and how far each goes."""

import pytest

from accounts.models import AccessToken, BuiltIn, Project
from accounts.principals import ANONYMOUS, of_access_token, of_robot, of_user
from accounts.standings import standing, standings
from tests.factories.accounts import (
    add_member,
    grant_to,
    make_auditor,
    make_group,
    make_principal,
    make_project,
    make_robot,
    make_sysadmin,
    make_user,
    member_of,
)

pytestmark = pytest.mark.django_db

PULL, PUSH, DELETE = "repository:pull", "repository:push", "tag:delete"


@pytest.fixture
def library() -> Project:
    return make_project("library")


def test_all_roles_count_whatever_they_come_from(library):
    alice = make_user("alice")
    add_member(library, alice, BuiltIn.GUEST)
    add_member(library, make_group("ops", members=[alice]), BuiltIn.DEVELOPER)
    add_member(library, make_group("others"), BuiltIn.PROJECT_ADMIN)
    found = standing(of_user(alice), library)
    assert [each.says for each in found.held] == ["guest", "developer by group ops"]
    assert found.role_ids == [2, 3]
    assert (found.allows(PUSH), found.allows(DELETE)) == (True, False)


def test_the_role_that_may_most_comes_first(library):
    alice = make_user()
    for role in (BuiltIn.LIMITED_GUEST, BuiltIn.MAINTAINER, BuiltIn.PROJECT_ADMIN, BuiltIn.DEVELOPER):
        add_member(library, make_group(members=[alice]), role)
    assert standing(of_user(alice), library).role_ids == [1, 4, 2, 5]


def test_a_narrowed_role_is_none_that_old_clients_see(library):
    alice = make_user()
    add_member(library, alice, BuiltIn.DEVELOPER, tags="v*")
    found = standing(of_user(alice), library)
    assert (found.role_ids, found.sees) == ([], True)


def test_patterns_of_repositories_narrow_all_that_lies_in_them(library):
    alice = make_user()
    add_member(library, alice, BuiltIn.MAINTAINER, repositories="team/**")
    found = standing(of_user(alice), library)
    for action in (PULL, PUSH, DELETE, "artifact:list", "repository:read"):
        assert found.allows(action, "library/team/app")
        assert not found.allows(action, "library/team")
        assert not found.allows(action, "library/other/app")
    assert found.allows("project:read")
    assert found.allows("repository:list")
    for action in ("label:create", "member:list", "quota:read", "immutable-tag:create", "label:list"):
        assert not found.allows(action)
        assert not found.allows(action, "library/team/app")
    assert found.is_narrowed


def test_patterns_of_tags_narrow_what_names_a_tag(library):
    alice = make_user()
    add_member(library, alice, BuiltIn.MAINTAINER, tags="!release-*")
    found = standing(of_user(alice), library)
    for action in (PULL, PUSH, DELETE):
        assert found.allows(action, "library/app", "1.0")
        assert not found.allows(action, "library/app", "release-1")
        assert found.allows(action, "library/app")
    assert found.is_tag_narrowed("library/app")
    assert not found.is_narrowed


def test_a_wider_role_beside_a_narrow_one_counts_where_it_reaches(library):
    alice = make_user()
    add_member(library, alice, BuiltIn.GUEST)
    add_member(library, alice, BuiltIn.DEVELOPER, tags="!release-*")
    found = standing(of_user(alice), library)
    assert found.allows(PULL, "library/app", "release-1")
    assert not found.allows(PUSH, "library/app", "release-1")
    assert found.is_tag_narrowed("library/app")
    assert (found.allows_throughout(PULL), found.allows_throughout(PUSH)) == (True, False)


def test_two_narrow_roles_are_not_mixed(library):
    """A tag of the one and a repository of the other are what neither allows."""
    alice = make_user()
    add_member(library, alice, BuiltIn.DEVELOPER, repositories="a/**", tags="1.*")
    add_member(library, alice, BuiltIn.DEVELOPER, repositories="b/**", tags="2.*")
    found = standing(of_user(alice), library)
    said = {(name, tag): found.allows(PUSH, f"library/{name}/app", tag) for name in "ab" for tag in ("1.0", "2.0")}
    assert said == {("a", "1.0"): True, ("a", "2.0"): False, ("b", "1.0"): False, ("b", "2.0"): True}


def test_what_is_public_is_narrowed_by_nobody(library):
    Project.objects.update(is_public=True)
    library.refresh_from_db()
    alice = make_user()
    add_member(library, alice, BuiltIn.DEVELOPER, repositories="team/**")
    found = standing(of_user(alice), library)
    assert found.allows(PULL, "library/other/app")
    assert not found.allows(PUSH, "library/other/app")
    assert not found.is_narrowed


def test_a_limit_takes_away_and_adds_nothing(library):
    alice = make_user()
    add_member(library, alice, BuiltIn.MAINTAINER)
    limit = [{"project_id": library.pk, "actions": [PULL, "project:delete"]}]
    found = standing(of_access_token(AccessToken(pk=1, user=alice, name="ci", limit=limit)), library)
    assert (found.allows(PULL), found.allows(PUSH), found.allows("project:delete")) == (True, False, False)
    assert found.roles_allow(PUSH)


def test_a_robot_is_what_it_brings(library):
    robot = make_robot()
    grant_to(robot, PULL, everywhere=True)
    grant_to(robot, PUSH, project=library, tags="v*")
    by = of_robot(robot, "robot$ci")
    found = standing(by, library)
    assert (found.allows(PULL, "library/app", "1"), found.allows(PUSH, "library/app", "1")) == (True, False)
    assert found.role_ids == []
    elsewhere = standing(by, make_project())
    assert (elsewhere.allows(PULL), elsewhere.allows(PUSH)) == (True, False)


def test_who_sees_a_project(library):
    for by in (make_sysadmin(), make_auditor(), member_of(library, BuiltIn.LIMITED_GUEST)):
        assert standing(by, library).sees
    for by in (make_principal(), ANONYMOUS, member_of(make_project(), BuiltIn.PROJECT_ADMIN)):
        assert not standing(by, library).sees


def test_many_projects_take_one_query(django_assert_num_queries):
    alice = make_user()
    found = [make_project() for _ in range(20)]
    for project in found:
        add_member(project, alice, BuiltIn.GUEST)
    with django_assert_num_queries(1):
        assert all(each.allows(PULL) for each in standings(of_user(alice), found).values())
