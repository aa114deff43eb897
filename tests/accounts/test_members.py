"""Joining a project, changing role in it and leaving it."""

import pytest

from accounts import members
from accounts.exceptions import AlreadyMember, NotAllowed, NotAuthenticated
from accounts.models import AuditRecord, BuiltIn, Member
from accounts.permissions import may
from accounts.principals import ANONYMOUS, SYSTEM
from tests.factories.accounts import add_member, make_project, make_user, member_of, user_of

pytestmark = pytest.mark.django_db


def test_a_project_admin_adds_changes_and_removes_members():
    project = make_project()
    admin = member_of(project, BuiltIn.PROJECT_ADMIN, username="root")
    alice = make_user("alice")
    versions = [project.authorization_version]

    member = members.add(project, alice, BuiltIn.GUEST, by=admin)
    versions.append(project.authorization_version)
    members.change(member, BuiltIn.MAINTAINER, by=admin)
    assert Member.objects.get(user=alice).role_id == BuiltIn.MAINTAINER
    project.refresh_from_db()
    versions.append(project.authorization_version)
    members.remove(member, by=admin)
    assert not Member.objects.filter(user=alice).exists()
    project.refresh_from_db()
    versions.append(project.authorization_version)

    assert versions == [versions[0] + step for step in range(4)]
    recorded = AuditRecord.objects.order_by("pk").values_list("principal", "operation", "resource_type", "resource")
    assert list(recorded) == [
        ("root", "create", "member", "alice as guest"),
        ("root", "update", "member", "alice as maintainer"),
        ("root", "delete", "member", "alice"),
    ]


def test_one_is_a_member_once():
    project = make_project()
    alice = make_user("alice")
    members.add(project, alice, BuiltIn.GUEST, by=SYSTEM)
    version = project.authorization_version
    with pytest.raises(AlreadyMember, match="alice is already a member"):
        members.add(project, alice, BuiltIn.PROJECT_ADMIN, by=SYSTEM)
    project.refresh_from_db()
    assert Member.objects.get(user=alice).role_id == BuiltIn.GUEST
    assert project.authorization_version == version


@pytest.mark.parametrize("role", [role for role in BuiltIn if role is not BuiltIn.PROJECT_ADMIN])
def test_no_other_role_changes_members_not_even_its_own(role):
    project = make_project()
    by = member_of(project, role)
    own = Member.objects.get(user=user_of(by))
    for attempt in (
        lambda: members.add(project, make_user(), BuiltIn.GUEST, by=by),
        lambda: members.change(own, BuiltIn.PROJECT_ADMIN, by=by),
        lambda: members.remove(own, by=by),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert Member.objects.get().role_id == role


def test_an_admin_of_one_project_changes_nothing_in_another():
    project, other = make_project(), make_project()
    admin_of_other = member_of(other, BuiltIn.PROJECT_ADMIN)
    member = add_member(project, make_user(), BuiltIn.GUEST)
    with pytest.raises(NotAllowed):
        members.change(member, BuiltIn.PROJECT_ADMIN, by=admin_of_other)
    with pytest.raises(NotAuthenticated):
        members.remove(member, by=ANONYMOUS)


def test_a_new_member_may_at_the_next_question():
    project = make_project()
    alice = make_user("alice")
    by = member_of(make_project(), BuiltIn.GUEST)
    assert not may(by, "repository:pull", project)
    members.add(project, user_of(by), BuiltIn.GUEST, by=SYSTEM)
    assert may(by, "repository:pull", project)
    assert not Member.objects.filter(user=alice).exists()
