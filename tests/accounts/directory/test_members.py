"""Project admins take people and groups of the directory as members, whether they have been here before or not."""

import pytest

from accounts import configuration
from accounts.models import BuiltIn, Member, User, UserGroup
from accounts.principals import SYSTEM
from tests.engines.slapd import GROUPS, PASSWORD
from tests.factories.accounts import make_project, member_of
from tests.factories.http import basic, client_of, send

pytestmark = pytest.mark.django_db

MEMBERS = "/api/v2.0/projects/app/members"


@pytest.fixture
def admin(directory):
    return client_of(member_of(make_project("app"), BuiltIn.PROJECT_ADMIN))


def add(admin, role=BuiltIn.DEVELOPER, path=MEMBERS, **wanted):
    return send(admin, "POST", path, {"role_id": int(role), **wanted}).status_code


def test_a_person_whom_only_the_directory_knows_gets_a_row(admin):
    assert add(admin, member_user={"username": "alice"}) == 201
    alice = User.objects.get(username="alice")
    assert (alice.source, alice.is_sysadmin) == ("ldap", False)
    assert Member.objects.get(user=alice).role_id == BuiltIn.DEVELOPER
    assert add(admin, member_user={"username": "alice"}) == 409
    signed_in = client_of(Authorization=basic("alice", PASSWORD))
    assert signed_in.get("/api/v2.0/projects/app").json()["current_user_role_id"] == BuiltIn.DEVELOPER


@pytest.mark.parametrize("name", ["nobody", "*", "al*", "alice)(uid=*", "", " "])
def test_whom_nobody_knows_does_not_join(admin, name):
    before = User.objects.count()
    assert add(admin, member_user={"username": name}) == 400
    assert User.objects.count() == before


def test_who_may_not_add_members_asks_the_directory_nothing(admin):
    maintainer = client_of(member_of(make_project("other"), BuiltIn.MAINTAINER))
    assert add(maintainer, path="/api/v2.0/projects/other/members", member_user={"username": "alice"}) == 403
    assert not User.objects.filter(username="alice").exists()


def test_the_directory_is_not_asked_while_it_is_no_source(admin):
    configuration.set("auth_mode", "db_auth", by=SYSTEM)
    assert add(admin, member_user={"username": "alice"}) == 400


def test_a_group_of_the_directory_joins_by_its_dn_and_its_people_with_it(admin):
    dn = f"CN=Staff,{GROUPS}"
    assert add(admin, BuiltIn.GUEST, member_group={"ldap_group_dn": dn, "group_type": 1}) == 201
    assert UserGroup.objects.get().name == "staff"
    grants = "/api/v2.0/projects/app/grants"
    wanted = {"member_group": {"ldap_group_dn": dn}, "tags": "v*"}
    assert add(admin, path=grants, **wanted) == 201
    signed_in = client_of(Authorization=basic("alice", PASSWORD))
    assert signed_in.get("/api/v2.0/projects/app").json()["current_user_role_ids"] == [BuiltIn.GUEST]
    asked = "/api/v2.0/explain?action=repository:push&repository=app/web&tag=v1"
    shown = signed_in.get(asked).json()
    assert shown["allowed"]
    assert {"subject": "app", "says": "developer by group staff, for tags v*"} in shown["reasons"]
    assert {"subject": "alice", "says": "user of the source ldap"} in shown["reasons"]
    for absent in (f"cn=absent,{GROUPS}", "nonsense"):
        assert add(admin, member_group={"ldap_group_dn": absent}) == 400
