"""/api/v2.0/ldap and /api/v2.0/usergroups, against a real directory."""

import socket
from threading import Thread

import pytest

from accounts import configuration
from accounts.models import BuiltIn, Member, User, UserGroup
from accounts.principals import SYSTEM
from tests.engines.slapd import GROUPS, PASSWORD, PEOPLE, SEARCHER_DN, SEARCHER_PASSWORD
from tests.factories.accounts import make_principal, make_project, make_sysadmin, member_of
from tests.factories.http import basic, client_of, send

LDAP = "/api/v2.0/ldap"
USERGROUPS = "/api/v2.0/usergroups"


@pytest.fixture
def admin(directory):
    return client_of(make_sysadmin())


def test_a_ping_tells_whether_the_directory_answers(admin, directory):
    assert send(admin, "POST", f"{LDAP}/ping").json() == {"success": True, "message": ""}
    assert send(admin, "POST", f"{LDAP}/ping", {"ldap_url": directory.url}).json()["success"]
    for changed in ({"ldap_url": "ldap://127.0.0.1:1"}, {"ldap_search_password": "wrong"}):
        answer = send(admin, "POST", f"{LDAP}/ping", changed)
        assert (answer.status_code, answer.json()["success"]) == (200, False)
        assert answer.json()["message"]
    assert send(admin, "POST", f"{LDAP}/ping", {"ldap_url": "nonsense://x"}).status_code == 400


def test_the_kept_password_is_sent_to_no_other_address(admin, directory):
    received = bytearray()
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(10)

        def listen():
            connection, _ = trap.accept()
            connection.settimeout(1)
            try:
                while piece := connection.recv(4096):
                    received.extend(piece)
            except TimeoutError:
                connection.close()

        listener = Thread(target=listen)
        listener.start()
        url = f"ldap://127.0.0.1:{trap.getsockname()[1]}"
        send(admin, "POST", f"{LDAP}/ping", {"ldap_url": url})
        listener.join()
    assert SEARCHER_DN.encode() in received
    assert SEARCHER_PASSWORD.encode() not in received


def test_people_and_groups_of_the_directory_are_found(admin):
    found = admin.get(f"{LDAP}/users/search?username=li").json()
    assert found == [{"username": "alice", "realname": "Alice Example", "email": "alice@example.org"}]
    assert admin.get(f"{LDAP}/users/search?username=*").json() == []
    groups = admin.get(f"{LDAP}/groups/search?groupname=dev").json()
    assert groups == [{"group_name": "devs", "group_type": 1, "ldap_group_dn": f"cn=devs,{GROUPS}"}]
    assert len(admin.get(f"{LDAP}/groups/search?groupdn=cn=staff,{GROUPS}").json()) == 1
    assert admin.get(f"{LDAP}/groups/search?groupdn=nonsense").status_code == 400


def test_people_are_imported_with_their_groups_and_failures_are_listed(admin):
    assert send(admin, "POST", f"{LDAP}/users/import", {"ldap_uid_list": ["alice"]}).status_code == 200
    assert User.objects.get(username="alice").group_memberships.count() == 3
    answer = send(admin, "POST", f"{LDAP}/users/import", {"ldap_uid_list": ["bob", "nobody", "*"]})
    assert answer.status_code == 404
    assert {failure["uid"] for failure in answer.json()} == {"nobody", "*"}
    assert User.objects.filter(username="bob").exists()


def test_a_dead_directory_is_told_and_is_no_fault(admin):
    configuration.set_many({"ldap_url": "ldap://127.0.0.1:1", "ldap_search_password": ""}, by=SYSTEM)
    for path in ("users/search", "groups/search"):
        answer = admin.get(f"{LDAP}/{path}")
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "BAD_REQUEST")


def test_a_sign_in_is_traced(admin):
    answer = send(admin, "POST", f"{LDAP}/trace", {"username": "alice", "password": PASSWORD}).json()
    assert answer["ok"]
    tried = {"username": "alice", "settings": {"ldap_uid": "cn"}}
    answer = send(admin, "POST", f"{LDAP}/trace", tried).json()
    assert not answer["ok"]
    assert answer["steps"][-1]["hint"]
    assert send(admin, "POST", f"{LDAP}/trace", {"username": "alice", "settings": {"read_only": 1}}).status_code == 400


def test_none_of_it_is_for_people_who_are_no_admins(directory):
    user = client_of(make_principal())
    for method, path in (
        ("POST", "ping"),
        ("GET", "users/search"),
        ("POST", "users/import"),
        ("GET", "groups/search"),
        ("POST", "trace"),
    ):
        content = {"ldap_uid_list": ["alice"], "username": "alice"} if method == "POST" else None
        assert send(user, method, f"{LDAP}/{path}", content).status_code == 403
        assert send(client_of(), method, f"{LDAP}/{path}", content).status_code == 401
    assert not User.objects.filter(source="ldap").exists()


def test_a_group_is_made_of_a_dn_that_the_directory_has(admin):
    body = {"group_name": "developers", "group_type": 1, "ldap_group_dn": f"CN=devs,{GROUPS}"}
    made = send(admin, "POST", USERGROUPS, body)
    assert made.status_code == 201
    assert admin.get(made["Location"]).json()["group_name"] == "developers"
    assert send(admin, "POST", USERGROUPS, body | {"ldap_group_dn": f"cn=Devs, {GROUPS}"}).status_code == 409
    for dn in ("", "nonsense", f"cn=none,{GROUPS}", f"uid=alice,{PEOPLE}"):
        assert send(admin, "POST", USERGROUPS, body | {"ldap_group_dn": dn}).status_code == 400
    assert send(admin, "PUT", made["Location"], {"group_name": "coders"}).status_code == 200
    listed = admin.get(f"{USERGROUPS}?group_name=cod").json()
    assert [each["group_name"] for each in listed] == ["coders"]
    assert send(admin, "DELETE", made["Location"]).status_code == 200
    assert admin.get(made["Location"]).status_code == 404


def test_anybody_who_is_signed_in_may_look_for_a_group(admin):
    UserGroup.objects.create(name="developers", kind=2)
    answer = client_of(make_principal()).get(f"{USERGROUPS}/search?groupname=velop")
    assert [(each["group_name"], each["group_type"]) for each in answer.json()] == [("developers", 2)]
    assert client_of(make_principal()).get(USERGROUPS).status_code == 403
    assert client_of().get(f"{USERGROUPS}/search?groupname=velop").status_code == 401


def test_a_group_and_a_person_who_were_never_here_become_members(directory):
    project = make_project()
    client = client_of(member_of(project, BuiltIn.PROJECT_ADMIN))
    path = f"/api/v2.0/projects/{project.name}/members"
    group = {"ldap_group_dn": f"cn=staff,{GROUPS}", "group_type": 1}
    assert send(client, "POST", path, {"role_id": 2, "member_group": group}).status_code == 201
    assert send(client, "POST", path, {"role_id": 3, "member_user": {"username": "carol"}}).status_code == 201
    assert set(
        Member.objects.filter(project=project, role_id__in=[2, 3]).values_list("group__name", "user__username")
    ) == {
        ("staff", None),
        (None, "carol"),
    }
    alice = client_of(None, Authorization=basic("alice", PASSWORD))
    assert alice.get(f"/api/v2.0/projects/{project.name}").json()["current_user_role_id"] == 2
