"""Joining a project, changing role in it and leaving it."""

import pytest

from accounts import members
from accounts.exceptions import AlreadyMember, Invalid, MemberUnknown, NotAllowed, NotAuthenticated
from accounts.models import AuditRecord, BuiltIn, Member
from accounts.permissions import may
from accounts.principals import ANONYMOUS, SYSTEM, of_user
from tests.factories.accounts import add_member, make_group, make_project, make_user, member_of, user_of

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


def test_a_group_joins_and_its_people_may_at_once():
    project = make_project()
    alice = make_user("alice")
    ops = make_group("ops", members=[alice])
    members.add(project, ops, BuiltIn.DEVELOPER, by=SYSTEM)
    assert may(of_user(alice), "repository:push", project)
    assert AuditRecord.objects.get().resource == "group ops as developer"
    with pytest.raises(AlreadyMember):
        members.add(project, ops, BuiltIn.GUEST, by=SYSTEM)


def test_members_are_listed_by_name_and_found_in_their_project_only():
    project, other = make_project(), make_project()
    for name in ("zoe", "alice"):
        members.add(project, make_user(name), BuiltIn.GUEST, by=SYSTEM)
    members.add(project, make_group("ops-alike"), BuiltIn.GUEST, by=SYSTEM)
    narrowed = members.grant(project, make_user("nora"), BuiltIn.GUEST, tags="v*", by=SYSTEM)
    assert [str(each.user or each.group) for each in members.of(project)] == ["alice", "ops-alike", "zoe"]
    assert [str(each.user or each.group) for each in members.of(project, called="ALI")] == ["alice", "ops-alike"]
    assert [*members.grants_of(project)] == [narrowed]
    member = members.of(project)[0]
    assert members.get(project, member.pk) == member
    for find, number in ((members.get, narrowed.pk), (members.get_grant, member.pk)):
        with pytest.raises(MemberUnknown):
            find(project, number)
    for find, number in ((members.get, member.pk), (members.get_grant, narrowed.pk)):
        with pytest.raises(MemberUnknown):
            find(other, number)


def test_a_grant_is_narrowed_and_there_once():
    project = make_project()
    nora = make_user("nora")
    version = project.authorization_version
    grant = members.grant(project, nora, BuiltIn.DEVELOPER, repositories="ci/**", tags="!release-*", by=SYSTEM)
    assert project.authorization_version == version + 1
    assert AuditRecord.objects.get().resource == (
        "nora as developer for repositories ci/** and tags !release-*"
    )  # fmt: skip
    with pytest.raises(AlreadyMember):
        members.grant(project, nora, BuiltIn.DEVELOPER, repositories="ci/**", tags="!release-*", by=SYSTEM)
    members.grant(project, nora, BuiltIn.DEVELOPER, repositories="docs/**", by=SYSTEM)
    members.add(project, nora, BuiltIn.GUEST, by=SYSTEM)
    members.remove(grant, by=SYSTEM)
    assert not may(of_user(nora), "repository:push", project, repository=f"{project}/ci/app", tag="1")
    assert may(of_user(nora), "repository:push", project, repository=f"{project}/docs/app", tag="1")


@pytest.mark.parametrize(
    "patterns",
    [{}, {"tags": "!"}, {"tags": "{a"}, {"repositories": "a\nb"}, {"repositories": "x" * 256}],
)
def test_a_grant_takes_patterns_that_can_be_such(patterns):
    with pytest.raises(Invalid):
        members.grant(make_project(), make_user(), BuiltIn.GUEST, **patterns, by=SYSTEM)
    assert not Member.objects.exists()
