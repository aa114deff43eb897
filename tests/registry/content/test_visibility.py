"""What the database says that somebody sees is what each repository's standing says, for every pattern."""

import itertools
from dataclasses import replace

import pytest

from accounts import permissions
from accounts.models import BuiltIn, Role, User
from accounts.principals import ANONYMOUS, SYSTEM, Grant, of_robot, of_user
from registry.content import artifacts, repositories, visibility
from registry.models import Artifact, Repository
from tests.factories.accounts import (
    add_member,
    grant_to,
    make_group,
    make_project,
    make_robot,
    make_sysadmin,
    make_user,
)
from tests.factories.registry import make_repository, push_image

pytestmark = pytest.mark.django_db
ACTIONS = ("repository:list", "artifact:list", "repository:read", "repository:push")
PATTERNS = (
    "",
    "web",
    "we*",
    "w?b",
    "**",
    "team/**",
    "team/*",
    "**/api",
    "{web,db}",
    "!web",
    "!team/**",
    "a.c",
    "a+c",
    "(",
)
NAMES = ("web", "db", "team/api", "team/x/api", "a.c", "abc", "wxb", "team")


@pytest.fixture
def places():
    made = [make_project("one"), make_project("two"), make_project("pub", is_public=True)]
    for project, name in itertools.product(made, NAMES):
        push_image(make_repository(f"{project.name}/{name}", project))
    return made


def agrees(by):
    for action in ACTIONS:
        rows = Repository.objects.select_related("project")
        each = {row.name for row in rows if permissions.may(by, action, row.project, repository=row.name)}
        found = set(Repository.objects.filter(visibility.condition(by, action)).values_list("name", flat=True))
        assert found == each, (by.name, action, found ^ each)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_member_sees_what_its_pattern_matches(places, pattern):
    one, two, _ = places
    user = make_user()
    add_member(one, user, BuiltIn.GUEST, repositories=pattern)
    add_member(two, make_group(members=[user]), BuiltIn.DEVELOPER, repositories=pattern, tags="release-*")
    agrees(of_user(user))
    robot = make_robot()
    grant_to(robot, "repository:list", "artifact:list", project=one, repositories=pattern)
    grant_to(robot, "repository:read", everywhere=True, repositories=pattern)
    agrees(of_robot(robot, robot.name))


def test_roles_admins_auditors_and_nobody_see_what_is_theirs(places):
    one, two, pub = places
    custom = Role.objects.create(pk=101, name="lister", actions=["artifact:list"])
    user, auditor = make_user(), make_user()
    add_member(one, user, custom.pk)
    add_member(two, user, BuiltIn.LIMITED_GUEST, repositories="we*")
    User.objects.filter(pk=auditor.pk).update(is_auditor=True)
    auditor.refresh_from_db()
    for by in (of_user(user), of_user(auditor), make_sysadmin(), ANONYMOUS, SYSTEM, of_user(make_user())):
        agrees(by)
        for limit in (
            Grant(frozenset({"repository:list"}), one.pk),
            Grant(frozenset({"artifact:list", "repository:push"}), covers_all_projects=True),
            Grant(frozenset({"label:list"}), pub.pk),
        ):
            agrees(replace(by, limit=(limit,)))
        agrees(replace(by, limit=()))


def test_what_is_counted_of_a_project_is_what_is_shown_of_it(places):
    one = places[0]
    user = make_user()
    add_member(one, user, BuiltIn.GUEST, repositories="team/**")
    by = of_user(user)
    shown = artifacts.standing_in_project(one, by=by)
    assert {each.repository.name for each in shown} == {"one/team/api", "one/team/x/api"}
    assert repositories.counts(one, by=by) == repositories.Counts(2, 2)
    assert Artifact.objects.filter(project=one).count() == len(NAMES)
