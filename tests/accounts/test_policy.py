"""Every action for every role, robot and stranger: the permission table, held against Harbor's own."""

import pytest

from accounts import policy
from accounts.models import BuiltIn, Role
from accounts.permissions import may
from accounts.principals import ANONYMOUS, SYSTEM, Principal, of_robot, of_user
from tests.accounts import role_matrix
from tests.accounts.role_matrix import PUBLIC, granted, granted_to
from tests.architecture import sources
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
    membership_of,
    user_of,
)

pytestmark = pytest.mark.django_db

ACTIONS = sorted(role_matrix.rows())


def allowed_to(by: Principal, project) -> set[str]:
    return {action for action in ACTIONS if may(by, action, project)}


def test_the_table_knows_the_actions_of_harbor_and_no_others():
    assert len(ACTIONS) == 75
    assert policy.POLICY.keys() == {*ACTIONS}


def test_the_page_of_permissions_shows_the_same_table():
    assert role_matrix.page() in (sources.TOP / "docs/permissions.md").read_text()


def test_the_roles_come_to_the_letters_of_the_article():
    letters = {role: policy.letters_of(policy.actions_of(Role(pk=role))) for role in BuiltIn}
    assert letters == {
        BuiltIn.PROJECT_ADMIN: "MDRWS",
        BuiltIn.MAINTAINER: "MDRWS",
        BuiltIn.DEVELOPER: "RWS",
        BuiltIn.GUEST: "RS",
        BuiltIn.LIMITED_GUEST: "RS",
    }


@pytest.mark.parametrize("role", BuiltIn)
def test_a_role_allows_in_a_private_project_what_the_table_says(role):
    project = make_project()
    assert allowed_to(member_of(project, role), project) == granted_to(role)


@pytest.mark.parametrize("role", BuiltIn)
def test_a_role_allows_in_a_public_project_what_anyone_may_too(role):
    project = make_project(is_public=True)
    assert allowed_to(member_of(project, role), project) == granted(role.label, PUBLIC)


@pytest.mark.parametrize("role", BuiltIn)
def test_a_role_of_a_group_allows_its_members_the_same(role):
    project = make_project()
    user = make_user()
    add_member(project, make_group(members=[user]), role)
    assert allowed_to(make_principal(), project) == set()
    assert allowed_to(of_user(user), project) == granted_to(role)


def test_who_has_several_roles_may_do_what_any_of_them_allows():
    project = make_project()
    by = member_of(project, BuiltIn.LIMITED_GUEST)
    group = make_group(members=[user_of(by)])
    add_member(project, group, BuiltIn.DEVELOPER)
    assert allowed_to(by, project) == granted("limitedGuest", "developer")


@pytest.mark.parametrize("is_public", [True, False])
def test_who_is_no_member_may_do_in_a_project_what_anyone_may(is_public):
    project = make_project(is_public=is_public)
    expected = granted(PUBLIC) if is_public else set()
    for by in (make_principal(), member_of(make_project(), BuiltIn.PROJECT_ADMIN), ANONYMOUS):
        assert allowed_to(by, project) == expected


@pytest.mark.parametrize("action", ACTIONS)
def test_a_robot_may_do_exactly_what_it_was_given(action):
    private, public, other = make_project(), make_project(is_public=True), make_project()
    for is_everywhere in (False, True):
        robot = make_robot()
        if is_everywhere:
            grant_to(robot, action, everywhere=True)
        else:
            grant_to(robot, action, project=private)
            grant_to(robot, action, project=public)
        by = of_robot(robot, "robot$ci")
        assert allowed_to(by, private) == {action}
        assert allowed_to(by, public) == {action} | granted(PUBLIC)
        assert allowed_to(by, other) == ({action} if is_everywhere else set())


def test_a_system_admin_and_the_system_itself_may_do_all():
    project = make_project()
    assert allowed_to(make_sysadmin(), project) == {*ACTIONS}
    assert allowed_to(SYSTEM, project) == {*ACTIONS}


def test_an_auditor_reads_everything_and_changes_and_pulls_nothing():
    project = make_project()
    auditor = make_auditor()
    assert allowed_to(auditor, project) == {action for action in ACTIONS if action.endswith((":read", ":list"))}
    assert not may(auditor, "repository:pull", project)
    for action in policy.SYSTEM:
        assert may(auditor, action, None) is action.endswith((":read", ":list"))


@pytest.mark.parametrize("action", sorted(policy.SYSTEM))
def test_only_system_admins_may_do_what_is_theirs(action):
    admin_of_a_project = member_of(make_project(), BuiltIn.PROJECT_ADMIN)
    assert may(make_sysadmin(), action, None)
    assert not may(admin_of_a_project, action, None)
    assert not may(ANONYMOUS, action, None)


@pytest.mark.parametrize("action", sorted(policy.SIGNED_IN))
def test_some_things_take_only_a_sign_in(action):
    assert may(make_principal(), action, None)
    assert not may(ANONYMOUS, action, None)


@pytest.mark.parametrize("action", ["repository:pul", "", "pull", "repository"])
def test_an_unknown_action_is_a_mistake_of_ours_and_no_refusal(action):
    with pytest.raises(KeyError):
        may(make_sysadmin(), action, make_project())


def test_a_role_taken_away_is_gone_at_the_next_question():
    project = make_project()
    by = member_of(project, BuiltIn.DEVELOPER)
    assert may(by, "repository:push", project)
    membership_of(by).delete()
    assert not may(by, "repository:push", project)
