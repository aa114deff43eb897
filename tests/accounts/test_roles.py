"""Roles that are made of actions, and who may give them."""

import pytest

from accounts import members, robot_grants, roles
from accounts.exceptions import Invalid, NotAllowed, NotAuthenticated, RoleExists, RoleInUse, RoleLocked, RoleUnknown
from accounts.models import AuditRecord, BuiltIn, Project, Role
from accounts.permissions import may
from accounts.principals import ANONYMOUS, SYSTEM, of_robot, of_user
from tests.factories.accounts import (
    add_member,
    grant_to,
    make_auditor,
    make_project,
    make_robot,
    make_sysadmin,
    make_user,
    member_of,
    user_of,
)

pytestmark = pytest.mark.django_db

PUSHING = ("project:read", "repository:list", "repository:pull", "repository:push")


def make_role(*actions: str, name: str = "pusher") -> Role:
    return roles.create(name, "", actions or PUSHING, by=SYSTEM)


def test_a_system_admin_makes_a_role_of_actions():
    role = roles.create("pusher", "pushes and no more", PUSHING, by=make_sysadmin("root"))
    assert (role.pk, role.name, role.actions, role.is_built_in) == (101, "pusher", sorted(PUSHING), False)
    assert make_role(name="other").pk == 102
    record = AuditRecord.objects.order_by("pk")[0]
    assert (record.principal, record.operation, record.resource_type) == ("root", "create", "role")
    project = make_project()
    by = member_of(project, role.pk)
    assert {action for action in PUSHING if may(by, action, project)} == {*PUSHING}
    assert not may(by, "tag:delete", project)


@pytest.mark.parametrize("by", [ANONYMOUS, "user", "admin of a project", "auditor"])
def test_nobody_else_makes_changes_or_deletes_one(by):
    role = make_role()
    if by == "admin of a project":
        by = member_of(make_project(), BuiltIn.PROJECT_ADMIN)
    elif isinstance(by, str):
        by = make_auditor() if by == "auditor" else of_user(make_user())
    for attempt in (
        lambda: roles.create("new", "", PUSHING, by=by),
        lambda: roles.change(role, "new", "", ["project:delete"], by=by),
        lambda: roles.delete(role, by=by),
    ):
        with pytest.raises((NotAllowed, NotAuthenticated)):
            attempt()
    assert Role.objects.get(pk=role.pk).name == "pusher"
    assert not Role.objects.filter(name="new").exists()


@pytest.mark.parametrize(
    ("name", "actions"),
    [
        ("", PUSHING),
        (" pusher", PUSHING),
        ("push\ner", PUSHING),
        ("x" * 65, PUSHING),
        ("pusher", ()),
        ("pusher", ("repository:pul",)),
        ("pusher", ("system-user:create",)),
        ("pusher", ("project:create",)),
    ],
)
def test_what_can_be_no_role_is_refused(name, actions):
    with pytest.raises(Invalid):
        roles.create(name, "", actions, by=SYSTEM)
    assert Role.objects.count() == 5


def test_a_name_is_taken_once():
    make_role()
    for name in ("pusher", "projectAdmin"):
        with pytest.raises(RoleExists):
            roles.create(name, "", PUSHING, by=SYSTEM)


def test_the_built_in_roles_stay_as_they_are():
    for number in BuiltIn.values:
        role = roles.get(number)
        with pytest.raises(RoleLocked):
            roles.change(role, "mine", "", PUSHING, by=SYSTEM)
        with pytest.raises(RoleLocked):
            roles.delete(role, by=SYSTEM)
    assert Role.objects.count() == 5


def test_a_row_that_somebody_writes_into_the_database_makes_a_built_in_role_no_larger():
    Role.objects.filter(pk=BuiltIn.GUEST).update(actions=["project:delete"])
    project = make_project()
    assert not may(member_of(project, BuiltIn.GUEST), "project:delete", project)


def test_a_changed_role_acts_at_once_in_all_projects_that_use_it():
    role = make_role()
    using, other = make_project(), make_project()
    by = member_of(using, role.pk)
    roles.change(role, "puller", "", ["repository:pull"], by=SYSTEM)
    assert not may(by, "repository:push", using)
    versions = dict(Project.objects.values_list("pk", "authorization_version"))
    assert versions == {using.pk: 2, other.pk: 1}


def test_a_role_that_somebody_has_is_not_deleted():
    role, project = make_role(), make_project()
    by = member_of(project, role.pk)
    with pytest.raises(RoleInUse):
        roles.delete(role, by=SYSTEM)
    members.remove(project.members.get(user=user_of(by)), by=SYSTEM)
    number = role.pk
    roles.delete(role, by=SYSTEM)
    with pytest.raises(RoleUnknown):
        roles.get(number)


# Nobody gives what they do not have.


def test_who_manages_members_by_a_custom_role_gives_no_more_than_that():
    project = make_project()
    manager = make_role("member:create", "member:update", "repository:pull", name="manager")
    by = member_of(project, manager.pk)
    puller = make_role("repository:pull", name="puller")
    member = members.add(project, make_user(), puller.pk, by=by)
    for role in (BuiltIn.PROJECT_ADMIN, BuiltIn.DEVELOPER, BuiltIn.GUEST, make_role(name="more").pk):
        with pytest.raises(NotAllowed, match="may not give the role"):
            members.add(project, make_user(), role, by=by)
        with pytest.raises(NotAllowed):
            members.grant(project, make_user(), role, tags="v*", by=by)
        with pytest.raises(NotAllowed):
            members.change(member, role, by=by)
    assert project.members.count() == 2


@pytest.mark.parametrize("patterns", [{"tags": "v*"}, {"repositories": "team/**"}])
def test_who_is_narrowed_gives_nothing_that_is_not(patterns):
    project = make_project()
    user = make_user()
    add_member(project, user, BuiltIn.PROJECT_ADMIN, **patterns)
    for role in (BuiltIn.PROJECT_ADMIN, BuiltIn.LIMITED_GUEST):
        with pytest.raises(NotAllowed):
            members.add(project, user, role, by=of_user(user))


def test_a_project_admin_gives_every_role_there_is():
    project = make_project()
    by = member_of(project, BuiltIn.PROJECT_ADMIN)
    for role in (*BuiltIn, make_role().pk):
        assert members.add(project, make_user(), role, by=by).role_id == role


def test_a_robot_gives_what_a_robot_can_have_at_most():
    project = make_project()
    weak, strong = make_robot("weak", project), make_robot("strong", project)
    grant_to(weak, "member:create", project=project)
    grant_to(strong, *robot_grants.IN_PROJECTS, project=project)
    with pytest.raises(NotAllowed):
        members.add(project, make_user(), BuiltIn.LIMITED_GUEST, by=of_robot(weak, "robot$weak"))
    for role in BuiltIn:
        assert members.add(project, make_user(), role, by=of_robot(strong, "robot$strong"))


def test_an_unknown_role_is_given_to_nobody():
    project = make_project()
    for number in (0, 6, 100, 101, -1, 2**40):
        with pytest.raises(Invalid, match="there is no role"):
            members.add(project, make_user(), number, by=SYSTEM)
