"""/api/v2.0/roles"""

import pytest

from accounts.models import BuiltIn, Role
from accounts.policy import POLICY
from tests.factories.accounts import add_member, make_project, make_sysadmin, make_user
from tests.factories.http import client_of, send

pytestmark = pytest.mark.django_db

ROLES = "/api/v2.0/roles"


def test_everyone_who_is_signed_in_reads_what_roles_come_to():
    answer = client_of(make_user()).get(ROLES)
    assert (answer.status_code, answer["X-Total-Count"]) == (200, "5")
    letters = {role["name"]: role["letters"] for role in answer.json()}
    assert letters == {
        "projectAdmin": "MDRWS",
        "developer": "RWS",
        "guest": "RS",
        "maintainer": "MDRWS",
        "limitedGuest": "RS",
    }
    admin = answer.json()[0]
    assert (admin["id"], admin["is_built_in"], admin["actions"]) == (1, True, sorted(POLICY))
    assert client_of().get(ROLES).status_code == 401


def test_a_system_admin_makes_changes_and_deletes_one():
    client = client_of(make_sysadmin())
    wanted = {"name": "pusher", "description": "for CI", "actions": ["repository:push", "repository:pull"]}
    answer = send(client, "POST", ROLES, wanted)
    assert (answer.status_code, answer["Location"]) == (201, f"{ROLES}/101")
    shown = client.get(answer["Location"]).json()
    assert (shown["letters"], shown["is_built_in"], shown["description"]) == ("RW", False, "for CI")
    assert send(client, "POST", ROLES, wanted).status_code == 409
    assert send(client, "PUT", f"{ROLES}/101", wanted | {"actions": ["tag:delete"]}).status_code == 200
    assert client.get(f"{ROLES}/101").json()["letters"] == "D"
    project = make_project()
    add_member(project, make_user(), 101)
    assert client.delete(f"{ROLES}/101").status_code == 412
    project.members.all().delete()
    assert client.delete(f"{ROLES}/101").status_code == 200
    assert client.get(f"{ROLES}/101").status_code == 404


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"name": "pusher"},
        {"name": "pusher", "actions": []},
        {"name": "pusher", "actions": ["repository:pul"]},
        {"name": "pusher", "actions": "repository:pull"},
        {"name": "pusher", "actions": [5]},
        {"name": 5, "actions": ["repository:pull"]},
    ],
)
def test_what_can_be_no_role_is_refused(wanted):
    assert send(client_of(make_sysadmin()), "POST", ROLES, wanted).status_code in (400, 422)
    assert Role.objects.count() == 5


def test_the_built_in_ones_are_locked():
    client = client_of(make_sysadmin())
    for number in BuiltIn.values:
        wanted = {"name": "mine", "actions": ["repository:pull"]}
        assert send(client, "PUT", f"{ROLES}/{number}", wanted).status_code == 412
        assert client.delete(f"{ROLES}/{number}").status_code == 412


def test_nobody_numbers_roles_for_themselves():
    client = client_of(make_sysadmin())
    wanted = {"id": 1, "name": "pusher", "actions": ["repository:pull"], "is_built_in": True}
    assert send(client, "POST", ROLES, wanted)["Location"] == f"{ROLES}/101"
