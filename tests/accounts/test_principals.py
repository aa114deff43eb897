"""Who asks: users, robots, access tokens, nobody and the system itself."""

import pytest

from accounts.models import AccessToken
from accounts.principals import ANONYMOUS, SYSTEM, of_access_token, of_robot
from tests.factories.accounts import grant_to, make_principal, make_project, make_robot, make_user

pytestmark = pytest.mark.django_db


def test_keys_of_principals_tell_them_apart():
    alice = make_principal("anonymous-looking")
    assert alice.key == f"user:{alice.id}"
    assert ANONYMOUS.key == "anonymous"
    assert SYSTEM.key == "system"


def test_a_robot_brings_what_it_was_given():
    library = make_project("library")
    robot = make_robot("ci", library)
    grant_to(robot, "repository:pull", "repository:push", project=library, repositories="ci/**", tags="v*")
    by = of_robot(robot, "robot$library+ci")
    (grant,) = by.grants
    assert (by.key, by.user_id, by.via) == (f"robot:{robot.pk}", None, "robot")
    assert (grant.project_id, grant.covers_all_projects) == (library.pk, False)
    assert (grant.actions, grant.repositories, grant.tags) == (
        frozenset({"repository:pull", "repository:push"}),
        "ci/**",
        "v*",
    )


def test_an_access_token_is_its_user_narrowed():
    alice = make_user("alice")
    token = AccessToken(pk=3, user=alice, name="ci", limit=[{"project_id": None, "actions": ["repository:pull"]}])
    by = of_access_token(token)
    assert (by.user_id, by.name, by.access_token_id, by.via) == (alice.pk, "alice", 3, "access token ci")
    assert by.limit is not None
    assert [(grant.actions, grant.covers_all_projects) for grant in by.limit] == [
        (frozenset({"repository:pull"}), True)
    ]
    assert of_access_token(AccessToken(pk=4, user=alice, name="all")).limit is None
