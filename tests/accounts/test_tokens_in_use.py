"""Presenting a token: what its bearer is at that moment decides, not what they were when it was issued."""

import time

import pytest

from accounts import members, projects, users
from accounts.exceptions import NotAllowed, NotAuthenticated, TokenRefused, TokenTooNarrow
from accounts.models import BuiltIn, User
from accounts.permissions import may, require
from accounts.principals import ANONYMOUS, SYSTEM, of_user
from accounts.sign_in import with_token
from tests.accounts import forging
from tests.factories.accounts import (
    add_member,
    make_project,
    make_sysadmin,
    make_user,
    member_of,
    membership_of,
    token_for,
    user_of,
)

pytestmark = pytest.mark.django_db

SCOPE = "repository:priv-a/x:pull,push,delete"
ACTIONS = ("repository:pull", "repository:push", "tag:delete")


def test_a_bearer_is_who_the_token_names():
    alice = member_of(make_project("priv-a"), BuiltIn.DEVELOPER, username="alice")
    bearer = with_token(token_for(alice, SCOPE))
    assert (bearer.key, bearer.name) == (alice.key, "alice")
    assert bearer.access
    assert bearer.access[0].actions == {"pull", "push"}


def test_an_anonymous_token_makes_an_anonymous_bearer_who_may_pull_what_is_public():
    pub = make_project("pub", is_public=True)
    bearer = with_token(token_for(ANONYMOUS, "repository:pub/x:pull,push"))
    assert bearer.is_anonymous
    assert may(bearer, "repository:pull", pub, repository="pub/x")
    with pytest.raises(NotAuthenticated):
        require(bearer, "repository:push", pub, repository="pub/x")


# T05: a project that was deleted and made again is another one.


def test_a_token_from_before_a_project_was_recreated_is_worth_nothing_there():
    old = make_project("priv-a")
    alice = member_of(old, BuiltIn.PROJECT_ADMIN)
    token = token_for(alice, SCOPE)
    projects.delete(old, by=SYSTEM)
    new = projects.create("priv-a", is_public=False, by=SYSTEM)
    assert new.pk != old.pk
    for action in ACTIONS:
        with pytest.raises(NotAllowed):
            require(with_token(token), action, new, repository="priv-a/x")
    add_member(new, user_of(alice), BuiltIn.PROJECT_ADMIN)
    for action in ACTIONS:
        with pytest.raises(TokenTooNarrow):
            require(with_token(token), action, new, repository="priv-a/x")


def test_an_anonymous_token_for_a_public_project_does_not_outlive_it():
    old = make_project("pub", is_public=True)
    token = token_for(ANONYMOUS, "repository:pub/x:pull")
    projects.delete(old, by=SYSTEM)
    new = make_project("pub", is_public=True)
    assert not may(with_token(token), "repository:pull", new, repository="pub/x")


# T07: changes act at the next request.


def test_a_disabled_user_loses_the_token_and_enabling_does_not_give_it_back():
    project = make_project("priv-a")
    alice = make_user("alice")
    add_member(project, alice, BuiltIn.DEVELOPER)
    token = token_for(of_user(alice), SCOPE)
    users.disable(alice, by=SYSTEM)
    with pytest.raises(TokenRefused):
        with_token(token)
    users.enable(alice, by=SYSTEM)
    with pytest.raises(TokenRefused):
        with_token(token)


def test_a_deleted_user_loses_the_token():
    alice = member_of(make_project("priv-a"), BuiltIn.DEVELOPER)
    token = token_for(alice, SCOPE)
    user_of(alice).delete()
    with pytest.raises(TokenRefused):
        with_token(token)


def test_a_new_password_makes_the_old_tokens_worthless():
    alice = make_user("alice")
    token = token_for(of_user(alice), SCOPE)
    users.set_password(alice, "Another-Horse-2", by=SYSTEM)
    with pytest.raises(TokenRefused):
        with_token(token)


def test_a_member_who_is_removed_may_nothing_with_the_token():
    project = make_project("priv-a")
    alice = member_of(project, BuiltIn.PROJECT_ADMIN)
    token = token_for(alice, SCOPE)
    version = project.authorization_version
    members.remove(membership_of(alice), by=SYSTEM)
    project.refresh_from_db()
    assert project.authorization_version > version
    for action in ACTIONS:
        assert not may(with_token(token), action, project, repository="priv-a/x")


def test_a_member_whose_role_is_lowered_keeps_with_the_token_what_the_new_role_allows():
    project = make_project("priv-a")
    alice = member_of(project, BuiltIn.MAINTAINER)
    token = token_for(alice, SCOPE)
    members.change(membership_of(alice), BuiltIn.GUEST, by=SYSTEM)
    assert [may(with_token(token), action, project, repository="priv-a/x") for action in ACTIONS] == [
        True,
        False,
        False,
    ]


def test_a_project_made_private_is_closed_to_anonymous_tokens_at_once():
    project = make_project("pub", is_public=True)
    token = token_for(ANONYMOUS, "repository:pub/x:pull")
    assert may(with_token(token), "repository:pull", project, repository="pub/x")
    version = project.authorization_version
    projects.set_public(project, False, by=SYSTEM)
    assert project.authorization_version > version
    assert not may(with_token(token), "repository:pull", project, repository="pub/x")


def test_a_system_admin_who_is_no_longer_one_loses_the_token():
    project = make_project("priv-a")
    make_sysadmin("another")
    root = make_user("root", is_sysadmin=True)
    token = token_for(of_user(root), SCOPE)
    assert may(with_token(token), "repository:push", project, repository="priv-a/x")
    users.set_sysadmin(root, False, by=SYSTEM)
    with pytest.raises(TokenRefused):
        with_token(token)


def test_an_admitted_request_outlives_the_token_but_not_the_rights():
    project = make_project("priv-a")
    alice = member_of(project, BuiltIn.DEVELOPER)
    now = int(time.time())
    claims = forging.payload(
        iat=now - 1800, nbf=now - 1800, exp=now - 5, sub=alice.name, kind="user", id=alice.id,
        ver=alice.authorization_version,
        access=[{**forging.ENTRY, "name": "priv-a/x", "actions": ["push"], "pid": project.pk}],
    )  # fmt: skip
    token = forging.signed(claims)
    with pytest.raises(TokenRefused):
        with_token(token)
    admitted = with_token(token, admitted_at=now - 60)
    assert may(admitted, "repository:push", project, repository="priv-a/x")
    User.objects.filter(username=alice.name).update(is_active=False)
    with pytest.raises(TokenRefused):
        with_token(token, admitted_at=now - 60)


def test_a_token_that_claims_more_than_its_user_may_gains_nothing():
    """Were the signing of tokens ever fooled, the role would still decide."""
    project = make_project("priv-a")
    alice = member_of(project, BuiltIn.GUEST)
    entry = {
        "type": "repository",
        "name": "priv-a/x",
        "actions": ["pull", "push", "delete", "*"],
        "pid": project.pk,
        "pv": 1,
    }
    bearer = with_token(
        forging.signed(forging.payload(sub=alice.name, kind="user", id=alice.id, ver=1, access=[entry]))
    )
    assert [may(bearer, action, project, repository="priv-a/x") for action in ACTIONS] == [True, False, False]
