"""A05: nobody gives a robot what they do not have, and no robot outgrows its maker."""

from dataclasses import replace

import pytest

from accounts import members, robot_grants, robots, sign_in
from accounts.exceptions import Invalid, NotAllowed
from accounts.models import BuiltIn, Project, Role
from accounts.permissions import may
from accounts.principals import SYSTEM, Grant
from tests.accounts.robot_making import change, everywhere, grant, make, signed_in
from tests.factories.accounts import add_member, make_project, make_sysadmin, make_user, member_of, membership_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def library() -> Project:
    return make_project("library")


def test_a_project_admin_gives_what_a_project_has_to_give(library: Project):
    alice = member_of(library, BuiltIn.PROJECT_ADMIN)
    given = robots.create("all", [grant(library, *robot_grants.IN_PROJECTS)], project=library, by=alice)
    assert (given.robot.creator_kind, given.robot.creator_id, given.robot.creator_name) == (
        "user",
        alice.id,
        alice.name,
    )


@pytest.mark.parametrize(
    "role", [BuiltIn.MAINTAINER, BuiltIn.DEVELOPER, BuiltIn.GUEST, BuiltIn.LIMITED_GUEST], ids=lambda role: role.label
)
def test_no_other_role_makes_robots(library: Project, role: BuiltIn):
    with pytest.raises(NotAllowed, match="may not create robot in project library"):
        make(library, by=member_of(library, role))


def test_a_custom_role_gives_no_more_than_it_has(library: Project):
    Role.objects.create(pk=101, name="robot keeper", actions=["robot:create", "robot:update", "repository:pull"])
    keeper = member_of(library, 101, username="kim")
    robot = make(library, by=keeper).robot
    for actions in (["repository:push"], ["repository:pull", "member:create"]):
        with pytest.raises(NotAllowed, match="kim may not let a robot do more than kim may"):
            make(library, *actions, by=keeper, name="more")
        with pytest.raises(NotAllowed):
            change(robot, [grant(library, *actions)], by=keeper)
    assert {*robot.grants.get().actions} == {"repository:pull"}


def test_who_may_do_less_than_a_robot_does_not_get_its_secret(library: Project):
    Role.objects.create(pk=101, name="robot keeper", actions=["robot:update", "robot:read", "repository:pull"])
    keeper = member_of(library, 101)
    with pytest.raises(NotAllowed):
        robots.refresh(make(library, "repository:push").robot, by=keeper)
    assert robots.refresh(make(library, name="less").robot, by=keeper).secret


def test_who_is_narrowed_to_some_tags_gives_robots_that_are_narrowed_as_much(library: Project):
    kim = make_user("kim")
    add_member(library, kim, BuiltIn.PROJECT_ADMIN, tags="dev-*")
    by = sign_in.with_password("kim", "Correct-Horse-1")
    with pytest.raises(NotAllowed):
        make(library, "repository:push", by=by)
    narrowed = grant(library, "repository:push", "repository:pull", tags="dev-*")
    ci = signed_in(robots.create("ci", [narrowed], project=library, by=by))
    assert may(ci, "repository:push", library, repository="library/app", tag="dev-1")
    assert not may(ci, "repository:push", library, repository="library/app", tag="release-1")


def test_a_project_admin_makes_no_robot_of_the_system_and_none_elsewhere(library: Project):
    alice = member_of(library, BuiltIn.PROJECT_ADMIN)
    with pytest.raises(NotAllowed):
        robots.create("ci", [grant(library)], project=None, by=alice)
    for other in (grant(make_project()), everywhere("repository:pull"), grant(None, "system-user:list")):
        with pytest.raises(Invalid, match="in its own project only"):
            robots.create("ci", [other], project=library, by=alice)


def test_a_robot_makes_robots_that_may_no_more_than_it(library: Project):
    maker = signed_in(make(library, "robot:create", "repository:pull", name="maker", duration_days=3))
    made = make(library, by=maker, name="made", duration_days=2)
    assert (made.robot.creator_kind, made.robot.creator_id) == ("robot", maker.id)
    for actions in (["repository:push"], ["robot:create", "robot:delete"], ["metadata:list"]):
        with pytest.raises(NotAllowed, match="do more than"):
            make(library, *actions, by=maker, name="more", duration_days=2)
    for days in (4, -1, 0):
        with pytest.raises(NotAllowed, match="may not outlive it"):
            make(library, by=maker, name="longer", duration_days=days)
    with pytest.raises(NotAllowed):
        robots.create("up", [everywhere("repository:pull")], project=None, duration_days=2, by=maker)


def test_a_robot_changes_no_robot_not_even_itself(library: Project):
    made = make(library, *robot_grants.IN_PROJECTS, name="strong", duration_days=-1)
    strong = signed_in(made)
    weak = make(library, name="weak").robot
    for robot in (made.robot, weak):
        with pytest.raises(NotAllowed):
            change(robot, [grant(library)], by=strong)
        with pytest.raises(NotAllowed):
            robots.refresh(robot, by=strong)
    robots.delete(weak, by=strong)


def test_a_robot_of_the_system_gives_in_all_projects_what_it_has_in_all(library: Project):
    grants = [grant(None, "system-robot:create"), everywhere("repository:pull"), grant(library, "repository:push")]
    ops = signed_in(robots.create("ops", grants, project=None, duration_days=-1, by=make_sysadmin()))
    for name, given, is_fine in [
        ("a", everywhere("repository:pull"), True),
        ("b", grant(make_project("p"), "repository:pull"), True),
        ("c", grant(library, "repository:push"), True),
        ("d", everywhere("repository:push"), False),
        ("e", grant(make_project("q"), "repository:push"), False),
        ("f", grant(None, "system-user:create"), False),
        ("g", grant(None, "system-robot:create"), True),
    ]:
        if is_fine:
            robots.create(name, [given], project=None, by=ops)
        else:
            with pytest.raises(NotAllowed):
                robots.create(name, [given], project=None, by=ops)


def test_what_is_made_with_a_narrowed_credential_is_as_narrow(library: Project):
    root = replace(make_sysadmin(), limit=(Grant(frozenset({"robot:create", "repository:pull"}), library.pk),))
    make(library, by=root)
    with pytest.raises(NotAllowed):
        make(library, "repository:push", by=root, name="more")
    with pytest.raises(NotAllowed):
        robots.create("ops", [everywhere("repository:pull")], project=None, by=root)


def test_a_robot_stays_when_its_maker_goes(library: Project):
    alice = member_of(library, BuiltIn.PROJECT_ADMIN)
    made = make(library, by=alice)
    members.remove(membership_of(alice), by=SYSTEM)
    assert signed_in(made).kind == "robot"
