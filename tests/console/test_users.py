"""/api/v2.0/users: people, for system admins and for themselves."""

import string
from typing import Any

import pytest
from django.test import Client

from accounts import access_tokens
from accounts.models import BuiltIn, User
from accounts.principals import Grant, of_user
from tests.factories.accounts import (
    PASSWORD,
    add_member,
    grant_to,
    make_project,
    make_robot,
    make_sysadmin,
    make_user,
)
from tests.factories.browser import is_signed_in
from tests.factories.http import basic, client_of, send

pytestmark = pytest.mark.django_db

USERS = "/api/v2.0/users"
EVE = {"username": "eve", "email": "eve@example.org", "realname": "Eve", "password": "Plain-words-1", "comment": "new"}


def row(user: User) -> dict[str, Any]:
    """All that the database holds of somebody."""
    return {**User.objects.filter(pk=user.pk).values().get()}


def differs(user: User, before: dict[str, Any]) -> set[str]:
    return {name for name, value in row(user).items() if value != before[name]}


# Making them.


def test_a_system_admin_makes_a_user_who_then_signs_in():
    answer = send(client_of(make_sysadmin()), "POST", USERS, EVE)
    eve = User.objects.get(username="eve")
    assert (answer.status_code, answer["Location"], answer.content) == (201, f"{USERS}/{eve.pk}", b"")
    assert (eve.realname, eve.comment, eve.is_sysadmin) == ("Eve", "new", False)
    assert is_signed_in(Client(headers={"Authorization": basic("eve", "Plain-words-1")}))


def test_nobody_else_does():
    assert send(client_of(make_user()), "POST", USERS, EVE).status_code == 403
    assert send(Client(), "POST", USERS, EVE).status_code == 401
    assert not User.objects.filter(username="eve").exists()


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"username": ""}, 400),
        ({"username": "a,b"}, 400),
        ({"username": "e" * 256}, 422),
        ({"username": {"name": "eve"}}, 400),
        ({"username": ["eve"]}, 400),
        ({"username": "e\0ve"}, 400),
        ({"email": "nowhere"}, 400),
        ({"email": "e" * 256}, 422),
        ({"password": "short"}, 400),
        ({"password": "without-capitals-1"}, 400),
        ({"password": None}, 400),
        ({"comment": "c" * 31}, 400),
    ],
)
def test_what_cannot_be_a_user_is_refused(changed, status):
    answer = send(client_of(make_sysadmin()), "POST", USERS, EVE | changed)
    assert answer.status_code == status
    assert "Plain-words-1" not in answer.content.decode()
    assert not User.objects.filter(realname="Eve").exists()


def test_names_and_addresses_are_taken_once():
    make_user("eve")
    answer = send(client_of(make_sysadmin()), "POST", USERS, EVE)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, "CONFLICT")


# A01: what nobody may set by sending it along.

ALONG = {
    "sysadmin_flag": True, "has_admin_role": True, "admin_role_in_auth": True, "is_superuser": True, "is_staff": True,
    "is_sysadmin": True, "Is_Sysadmin": True, "isSysadmin": True, "is_sysadmin_by_group": True, "is_auditor": True,
    "auditor_flag": True, "role_id": 1, "id": 1, "pk": 1, "user_id": 1, "password_version": "sha1", "salt": "x",
    "source": "ldap", "external_id": "cn=x", "authorization_version": 99, "is_active": False, "disabled": True,
    "created_at": "2001-01-01T00:00:00Z", "creation_time": "2001-01-01T00:00:00Z", "groups_found_at": "2001-01-01",
    "user": {"is_sysadmin": True}, "groups": [1], "__class__": "x", "last_login": "2001-01-01T00:00:00Z",
}  # fmt: skip


def test_a_new_user_gets_nothing_by_what_is_sent_along():
    root = client_of(make_sysadmin())
    assert send(root, "POST", USERS, EVE | {"username": "plain", "email": "plain@example.org"}).status_code == 201
    assert send(root, "POST", USERS, EVE | ALONG).status_code == 201
    own = {"id", "username", "email", "password", "created_at", "updated_at"}
    plain, eve = (row(User.objects.get(username=name)) for name in ("plain", "eve"))
    assert {name for name in plain if plain[name] != eve[name]} <= own
    assert eve["created_at"].year > 2001


@pytest.mark.parametrize("address", ["", "/password", "/cli_secret"])
def test_nobody_changes_more_of_themselves_than_they_may(address):
    alice = make_user("alice")
    before = row(alice)
    body = {"email": "a@example.org", "old_password": PASSWORD, "new_password": "Another-Horse-2", "secret": "Aa345678"}
    for client in (client_of(alice), client_of(alice), client_of(make_sysadmin())):
        send(client, "PUT", f"{USERS}/{alice.pk}{address}", body | ALONG | {"username": "root", "password": "x"})
    assert differs(alice, before) <= {"email", "updated_at", "password", "authorization_version"}
    assert row(alice)["authorization_version"] <= 2


def test_a_form_changes_nobody():
    alice = make_user("alice")
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"):
        answer = client_of(alice).put(f"{USERS}/{alice.pk}", "email=x@example.org&is_sysadmin=1", kind)
        assert answer.status_code == 415


# A02: what only system admins do, and what only the old password allows.


def test_nobody_makes_themselves_a_system_admin():
    alice = make_user("alice")
    before = row(alice)
    for path in (f"{USERS}/{alice.pk}/sysadmin", f"{USERS}/current/sysadmin", f"{USERS}/{alice.pk}/auditor"):
        body = {"sysadmin_flag": True, "auditor_flag": True}
        assert send(client_of(alice), "PUT", path, body).status_code == 403
    assert differs(alice, before) == set()


def test_system_admins_are_made_and_unmade_but_for_the_last_one():
    root, alice = make_user("root", is_sysadmin=True), make_user("alice")
    client = client_of(root)
    assert send(client, "PUT", f"{USERS}/{alice.pk}/sysadmin", {"sysadmin_flag": True}).status_code == 200
    assert client.get(f"{USERS}/{alice.pk}").json()["sysadmin_flag"] is True
    assert send(client, "PUT", f"{USERS}/{alice.pk}/sysadmin", {"sysadmin_flag": False}).status_code == 200
    for method, path, body in (
        ("PUT", f"{USERS}/{root.pk}/sysadmin", {"sysadmin_flag": False}),
        ("PUT", f"{USERS}/{root.pk}/disabled", {"disabled": True}),
        ("DELETE", f"{USERS}/{root.pk}", None),
    ):
        assert send(client, method, path, body).status_code == 403, path
    assert client.get(f"{USERS}/current").json()["sysadmin_flag"] is True


def test_a_password_is_changed_by_the_old_one_and_the_old_one_is_out_at_once():
    alice = make_user("alice")
    client, path = client_of(alice), f"{USERS}/{alice.pk}/password"
    for old in ({}, {"old_password": ""}, {"old_password": "wrong"}, {"old_password": None}):
        answer = send(client, "PUT", path, {"new_password": "Another-Horse-2"} | old)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "FORBIDDEN")
    body = {"old_password": PASSWORD, "new_password": PASSWORD}
    assert send(client, "PUT", path, body).status_code == 400
    assert send(client, "PUT", path, body | {"new_password": "weak"}).status_code == 400
    assert send(client, "PUT", path, body | {"new_password": "Another-Horse-2"}).status_code == 200
    assert client.get(f"{USERS}/current").status_code == 401


def test_another_users_password_is_for_system_admins():
    alice, bob = make_user("alice"), make_user("bob")
    body = {"old_password": PASSWORD, "new_password": "Another-Horse-2"}
    assert send(client_of(bob), "PUT", f"{USERS}/{alice.pk}/password", body).status_code == 403
    assert send(client_of(make_sysadmin()), "PUT", f"{USERS}/{alice.pk}/password", body).status_code == 200
    assert is_signed_in(Client(headers={"Authorization": basic("alice", "Another-Horse-2")}))


def test_a_robot_that_may_change_users_takes_none_over():
    robot = make_robot("ops")
    grant_to(robot, "system-user:update", "system-user:read")
    client = Client(headers={"Authorization": basic("robot$ops", "Robots-say-42")})
    alice = make_user("alice")
    assert client.get(f"{USERS}/{alice.pk}").status_code == 200
    for address, body in (("sysadmin", {"sysadmin_flag": True}), ("password", {"new_password": "Another-Horse-2"})):
        assert send(client, "PUT", f"{USERS}/{alice.pk}/{address}", body).status_code == 403


# Oneself.


def test_the_current_user_is_shown_whole_and_without_secrets():
    alice = make_user("alice")
    User.objects.filter(pk=alice.pk).update(is_sysadmin_by_group=True)
    shown = client_of(alice).get(f"{USERS}/current").json()
    assert shown["user_id"] == alice.pk
    assert (shown["username"], shown["email"], shown["realname"], shown["comment"]) == (
        "alice", "alice@example.org", "", "",
    )  # fmt: skip
    assert (shown["sysadmin_flag"], shown["admin_role_in_auth"]) == (False, True)
    assert not [name for name in shown if "password" in name or "version" in name]
    assert alice.password not in str(shown)


def test_a_robot_is_no_user_which_clients_tell_by_412():
    make_robot("ops")
    answer = Client(headers={"Authorization": basic("robot$ops", "Robots-say-42")}).get(f"{USERS}/current")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (412, "PRECONDITION")


def test_an_access_token_for_pulls_says_whose_it_is_and_reads_no_others():
    limit = [Grant(frozenset({"repository:pull"}))]
    alice = make_user("alice")
    made = access_tokens.create("ci", limit=limit, by=of_user(alice))
    client = Client(headers={"Authorization": basic("alice", made.secret)})
    assert client.get(f"{USERS}/current").json()["username"] == "alice"
    assert client.get(f"{USERS}/search?username=a").status_code == 403
    assert send(client, "PUT", f"{USERS}/{alice.pk}", {"email": "x@example.org"}).status_code == 403


def test_a_profile_is_changed():
    alice = make_user("alice")
    make_user("bob")
    client, path = client_of(alice), f"{USERS}/{alice.pk}"
    answer = send(client, "PUT", path, {"email": "new@example.org", "realname": "Alice", "comment": "hello"})
    assert (answer.status_code, answer.content) == (200, b"")
    shown = client.get(path).json()
    assert (shown["email"], shown["realname"], shown["comment"]) == ("new@example.org", "Alice", "hello")
    for body in ({"email": "bob@example.org"}, {"email": ""}, {"email": "x", "realname": "y"}, {}):
        assert send(client, "PUT", path, body).status_code == 400


def test_a_cli_secret_is_for_people_of_openid_connect_of_whom_there_are_none():
    alice = make_user("alice")
    answer = send(client_of(alice), "PUT", f"{USERS}/{alice.pk}/cli_secret", {"secret": "Plain-words-1"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (412, "PRECONDITION")


# What one may do.


def permissions(client: Client, scope: str, *, relative: bool = False) -> set[tuple[str, str]]:
    query = {"scope": scope, "relative": str(relative).lower()}
    found = client.get(f"{USERS}/current/permissions", query).json()
    return {(each["resource"], each["action"]) for each in found}


def test_the_permissions_in_a_project_are_those_of_ones_role():
    alice, project = make_user("alice"), make_project()
    add_member(project, alice, BuiltIn.GUEST)
    scope = f"/project/{project.pk}"
    found = permissions(client_of(alice), scope)
    assert {(scope, "read"), (f"{scope}/repository", "pull"), (f"{scope}/tag", "list")} <= found
    assert (f"{scope}/repository", "push") not in found
    relative = permissions(client_of(alice), scope, relative=True)
    assert {(".", "read"), ("repository", "pull")} <= relative
    assert len(relative) == len(found)
    assert ("member", "create") in permissions(client_of(make_sysadmin()), scope, relative=True)


def test_a_hidden_project_has_no_more_permissions_than_an_absent_one():
    project = make_project()
    scopes = ("", "/", "/project", f"/project/{project.pk}", "/project/999999", f"/project/{'9' * 30}", "/project/x")
    for scope in scopes:
        assert permissions(client_of(make_user()), scope) == set()


def test_the_permissions_in_the_system_are_for_system_admins():
    assert ("user", "delete") in permissions(client_of(make_sysadmin()), "/system", relative=True)
    assert permissions(client_of(make_user()), "/system") == set()


# Lists, and fishing in them.


def test_the_list_is_paged_searched_and_sorted_in_harbors_way():
    root = client_of(make_sysadmin("root"))
    for name in ("alice", "bob", "bobby"):
        make_user(name)

    def names(query: str) -> list[str]:
        return [each["username"] for each in root.get(f"{USERS}?{query}").json()]

    assert names("") == ["alice", "bob", "bobby", "root"]
    assert names("q=username%3D~ob&sort=-username") == ["bobby", "bob"]
    assert names("q=username%3Dbob") == ["bob"]
    assert names("q=email%3Dalice@example.org") == ["alice"]
    assert names("q=sysadmin_flag%3Dtrue") == ["root"]
    answer = root.get(f"{USERS}?page=2&page_size=2")
    assert [each["username"] for each in answer.json()] == ["bobby", "root"]
    assert (answer["X-Total-Count"], answer["Link"]) == ("4", f'<{USERS}?page=1&page_size=2>; rel="prev"')


def test_a_page_costs_as_many_queries_however_long_it_is(django_assert_max_num_queries):
    root = client_of(make_sysadmin())
    root.get(USERS)
    for _ in range(30):
        make_user()
    with django_assert_max_num_queries(6):
        assert len(root.get(f"{USERS}?page_size=100").json()) == 31


FISHING = ["password", "password__startswith", "Password", "salt", "authorization_version", "is_active", "pk__in",
           "access_tokens__secret_hash", "external_id", "_connector", "?", "__regex", "memberships__project__name",
           "last_login"]  # fmt: skip


@pytest.mark.parametrize("key", FISHING)
def test_what_is_hidden_cannot_be_searched_or_sorted_by(key):
    root = client_of(make_sysadmin())
    for number in range(3):
        User.objects.filter(pk=make_user().pk).update(password=f"argon2${number}", external_id=f"x{number}")
    everybody = root.get(USERS).json()
    for asked in (f"q={key}%3D~argon", f"q={key}%3Dx1", f"q={key}%3D[a~b]", f"sort={key}", f"sort=-{key}", f"{key}=x"):
        assert root.get(f"{USERS}?{asked}").json() == everybody, asked


def test_a_script_that_fishes_for_a_hash_letter_by_letter_lands_none():
    root = make_user("root", is_sysadmin=True)
    client, landed = client_of(root), ""
    for _ in range(3):
        for letter in string.ascii_letters + string.digits + "$":
            terms = [f"password%3D~{landed}{letter}", f"password__startswith%3D{landed}{letter}"]
            totals = {client.get(f"{USERS}?q={term}")["X-Total-Count"] for term in terms}
            if totals != {"1"}:
                landed += letter
                break
    assert landed == ""


def test_people_are_found_by_a_part_of_their_name():
    for name in ("alice", "malice", "bob"):
        make_user(name)
    client = client_of(User.objects.get(username="bob"))
    answer = client.get(f"{USERS}/search?username=LIC")
    assert [each["username"] for each in answer.json()] == ["alice", "malice"]
    assert set(answer.json()[0]) == {"user_id", "username"}
    assert answer["X-Total-Count"] == "2"
    for part in ("%25", "_", "*", "x' OR '1'='1"):
        assert client.get(f"{USERS}/search", {"username": part}).json() == []
    for query in ("", "?username="):
        assert client.get(f"{USERS}/search{query}").status_code == 422


# T07 and T10.


def test_a_disabled_user_is_out_and_back_again():
    root, alice = client_of(make_sysadmin()), make_user("alice")
    assert is_signed_in(client_of(alice))
    assert send(root, "PUT", f"{USERS}/{alice.pk}/disabled", {"disabled": True}).status_code == 200
    assert not is_signed_in(client_of(alice))
    assert root.get(f"{USERS}/{alice.pk}").json()["disabled"] is True
    assert send(root, "PUT", f"{USERS}/{alice.pk}/disabled", {"disabled": False}).status_code == 200
    assert is_signed_in(client_of(alice))


def test_a_deleted_user_is_out_and_the_name_is_free():
    root, alice = client_of(make_sysadmin()), make_user("alice")
    made = access_tokens.create("ci", by=of_user(alice))
    assert is_signed_in(client_of(alice))
    assert send(root, "DELETE", f"{USERS}/{alice.pk}").status_code == 200
    assert not is_signed_in(client_of(alice))
    assert Client(headers={"Authorization": f"Bearer {made.secret}"}).get(f"{USERS}/current").status_code == 401
    assert root.get(f"{USERS}/{alice.pk}").status_code == 404
    assert send(root, "POST", USERS, EVE | {"username": "alice"}).status_code == 201
    assert User.objects.get(username="alice").pk != alice.pk


def test_refusals_do_not_tell_which_users_there_are():
    alice, nobody = make_user("alice"), 10**6
    client = client_of(make_user("bob"))
    for method, address in (("GET", ""), ("PUT", ""), ("DELETE", ""), ("PUT", "/password"), ("PUT", "/sysadmin")):
        said = [send(client, method, f"{USERS}/{number}{address}", {"email": "x"}) for number in (alice.pk, nobody)]
        assert said[0].status_code == said[1].status_code == 403
        assert without_id(said[0], alice.pk) == without_id(said[1], nobody), (method, address)
    wrong = [Client(headers={"Authorization": basic(name, "wrong")}).get(USERS) for name in ("alice", "nobody")]
    assert wrong[0].content == wrong[1].content


def without_id(answer: Any, number: int) -> str:
    """The message, but for the id by which a refusal is found again, and the number that was asked for."""
    said = str(answer.json()["errors"][0]["message"])
    return said.rpartition(" (")[0].replace(str(number), "N") if " (" in said else said.replace(str(number), "N")


@pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 30, "1e9", "1.5", "%00", "٣"])
def test_a_number_that_is_none_is_refused(number):
    assert client_of(make_sysadmin()).get(f"{USERS}/{number}").status_code in (400, 404)
