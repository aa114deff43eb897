"""Two admins at the same moment: each change is made whole, or refused."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.db.models import Model

from accounts import groups, members, projects, robots, roles, users
from accounts.exceptions import (
    AlreadyMember,
    GroupUnknown,
    MemberUnknown,
    ProjectUnknown,
    Refusal,
    RobotUnknown,
    RoleUnknown,
    UserUnknown,
)
from accounts.models import AuditRecord, BuiltIn, Member, Project, Role
from accounts.principals import SYSTEM, Grant
from tests.factories.accounts import add_member, make_group, make_project, make_robot, make_user

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 8


def all_at_once(*works: Callable[[], object]) -> list[object]:
    """What each of them came to: its answer, or its refusal."""

    def run(work: Callable[[], object]) -> object:
        try:
            return work()
        except AlreadyMember as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as threads:
        return [*threads.map(run, works)]


def test_roles_that_are_made_at_once_have_numbers_of_their_own():
    works = [
        lambda name=f"role{number}": roles.create(name, "", ["repository:pull"], by=SYSTEM).pk for number in range(MANY)
    ]
    assert sorted(map(str, all_at_once(*works))) == [str(101 + number) for number in range(MANY)]


@pytest.mark.parametrize("patterns", [{}, {"tags": "v*"}], ids=["member", "grant"])
def test_one_joins_once_however_many_ask_for_it(patterns):
    project, eve = make_project(), make_user("eve")

    def join() -> Member:
        mine = Project.objects.get(pk=project.pk)
        if patterns:
            return members.grant(mine, eve, BuiltIn.GUEST, **patterns, by=SYSTEM)
        return members.add(mine, eve, BuiltIn.GUEST, by=SYSTEM)

    came_to = all_at_once(*[join] * MANY)
    assert [type(each) for each in came_to].count(Member) == 1
    assert Member.objects.count() == 1
    project.refresh_from_db()
    assert project.authorization_version == 2


def test_what_another_has_just_deleted_does_not_come_back_by_a_change():
    role = roles.create("signer", "", ["tag:create"], by=SYSTEM)
    roles.delete(Role.objects.get(pk=role.pk), by=SYSTEM)
    with pytest.raises(RoleUnknown):
        roles.change(role, "signer", "", ["tag:delete"], by=SYSTEM)
    member = add_member(make_project(), make_user(), BuiltIn.GUEST)
    members.remove(member, by=SYSTEM)
    with pytest.raises(MemberUnknown):
        members.change(member, BuiltIn.DEVELOPER, by=SYSTEM)
    group, user = make_group(), make_user()
    type(group).objects.all().delete()
    type(user).objects.all().delete()
    with pytest.raises(GroupUnknown):
        groups.rename(group, "ops", by=SYSTEM)
    with pytest.raises(UserUnknown):
        users.disable(user, by=SYSTEM)
    assert not Role.objects.filter(pk=role.pk).exists()


def test_a_robot_gets_nothing_in_a_project_that_another_has_just_deleted():
    project = make_project()
    grants = [Grant(frozenset({"repository:pull"}), project.pk)]
    Project.objects.all().delete()
    with pytest.raises(ProjectUnknown):
        robots.create("ci", grants, project=None, by=SYSTEM)


def test_of_two_who_delete_the_same_thing_one_is_recorded():
    project, user, group = make_project(), make_user(), make_group()
    member = add_member(project, user, BuiltIn.GUEST)
    role = roles.create("signer", "", ["tag:create"], by=SYSTEM)
    cases: list[tuple[Model, Callable[..., None], type[Refusal]]] = [
        (member, members.remove, MemberUnknown),
        (make_robot(), robots.delete, RobotUnknown),
        (role, roles.delete, RoleUnknown),
        (group, groups.delete, GroupUnknown),
        (user, users.delete, UserUnknown),
        (project, projects.delete, ProjectUnknown),
    ]
    for thing, delete, unknown in cases:
        again = type(thing)._default_manager.get(pk=thing.pk)
        delete(thing, by=SYSTEM)
        with pytest.raises(unknown):
            delete(again, by=SYSTEM)
        assert AuditRecord.objects.filter(operation="delete").count() == 1
        AuditRecord.objects.all().delete()
