"""/api/v2.0/projects/<project>/members"""

import pytest

from accounts.models import BuiltIn, Member, Project
from tests.factories.accounts import add_member, make_group, make_principal, make_project, make_user, member_of
from tests.factories.http import client_of, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_project("app")


@pytest.fixture
def admin(project):
    return client_of(member_of(project, BuiltIn.PROJECT_ADMIN))


def add(client, project, **wanted):
    return send(client, "POST", f"/api/v2.0/projects/{project}/members", wanted)


def test_a_user_joins_by_name_or_by_number(admin, project):
    for role, user in ((2, make_user("eve")), (5, make_user("bob"))):
        named = {"username": user.username} if role == 2 else {"user_id": user.pk}
        answer = add(admin, project, role_id=role, member_user=named)
        member = Member.objects.get(user=user)
        assert (answer.status_code, member.role_id) == (201, role)
        assert answer["Location"] == f"/api/v2.0/projects/{project.pk}/members/{member.pk}"


def test_nobody_joins_twice(admin, project):
    eve = {"username": make_user("eve").username}
    add(admin, project, role_id=2, member_user=eve)
    answer = add(admin, project, role_id=1, member_user=eve)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, "CONFLICT")
    assert Member.objects.get(user__username="eve").role_id == BuiltIn.DEVELOPER


@pytest.mark.parametrize(
    "wanted",
    [
        {"member_user": {"username": "eve"}},
        {"role_id": 0, "member_user": {"username": "eve"}},
        {"role_id": 6, "member_user": {"username": "eve"}},
        {"role_id": "developer", "member_user": {"username": "eve"}},
        {"role_id": 2},
        {"role_id": 2, "member_user": {}},
        {"role_id": 2, "member_user": {"username": "nobody"}},
        {"role_id": 2, "member_user": {"username": 5}},
        {"role_id": 2, "member_user": {"user_id": 10**30}},
        {"role_id": 2, "member_user": {"user_id": -1}},
        {"role_id": 2, "member_user": ["eve"]},
        {"role_id": 2, "member_group": {"group_name": "all"}},
        {"role_id": 2, "member_group": {"id": 10**30}},
        {"role_id": 2, "member_group": {}},
        {"role_id": 2, "member_user": {"username": "eve"}, "member_group": {"group_name": "all"}},
    ],
)
def test_without_a_role_and_a_user_nobody_joins(admin, project, wanted):
    make_user("eve")
    assert add(admin, project, **wanted).status_code == 400
    assert Member.objects.count() == 1


def test_who_may_not_add_members_does_not_learn_who_there_is(project):
    maintainer = client_of(member_of(project, BuiltIn.MAINTAINER))
    make_user("eve")
    told = {add(maintainer, project, role_id=2, member_user={"username": name}).content for name in ("eve", "nobody")}
    assert len(told) == 1


def test_an_absent_project_looks_like_one_that_is_hidden(project):
    stranger = client_of(make_principal())
    answers = [add(stranger, name, role_id=2, member_user={"username": "eve"}) for name in ("app", "absent")]
    assert [answer.status_code for answer in answers] == [403, 403]


def test_a_group_joins_by_number_or_by_name(admin, project):
    for named in ({"id": make_group("ops").pk}, {"group_name": make_group("dev").name, "group_type": 1}):
        assert add(admin, project, role_id=4, member_group=named).status_code == 201
    assert [*Member.objects.filter(role=4).order_by("pk").values_list("group__name", flat=True)] == ["ops", "dev"]


def test_members_are_listed_as_harbor_does(admin, project):
    member = add_member(project, make_group("ops"), BuiltIn.DEVELOPER)
    add_member(project, make_user("narrowed"), BuiltIn.GUEST, tags="v*")
    answer = admin.get(f"/api/v2.0/projects/{project}/members?entityname=OPS")
    assert (answer.status_code, answer["X-Total-Count"]) == (200, "1")
    assert answer.json() == [
        {
            "id": member.pk,
            "project_id": project.pk,
            "entity_name": "ops",
            "entity_id": member.group_id,
            "entity_type": "g",
            "role_id": 2,
            "role_name": "developer",
        }
    ]
    assert answer.json() == [admin.get(f"/api/v2.0/projects/{project}/members/{member.pk}").json()]
    everybody = admin.get(f"/api/v2.0/projects/{project}/members").json()
    assert [each["entity_type"] for each in everybody] == ["g", "u"]


def test_members_come_in_pages_by_a_constant_number_of_queries(admin, project, django_assert_max_num_queries):
    for number in range(30):
        add_member(project, make_user(f"seat{number:02}"), BuiltIn.GUEST)
    path = f"/api/v2.0/projects/{project}/members"
    assert [each["entity_name"] for each in admin.get(f"{path}?entityname=seat&page=2&page_size=2").json()] == [
        "seat02",
        "seat03",
    ]
    with django_assert_max_num_queries(8):
        assert len(admin.get(f"{path}?page_size=100").json()) == 31


def test_a_role_is_changed_and_a_member_removed(admin, project):
    member = add_member(project, make_user("eve"), BuiltIn.GUEST)
    path = f"/api/v2.0/projects/{project}/members/{member.pk}"
    answer = send(admin, "PUT", path, {"role_id": 4})
    assert (answer.status_code, answer.content) == (200, b"")
    assert Member.objects.get(pk=member.pk).role_id == BuiltIn.MAINTAINER
    for wanted in ({}, {"role_id": 0}, {"role_id": 77}, {"role_id": "developer"}):
        assert send(admin, "PUT", path, wanted).status_code in (400, 422)
    assert admin.delete(path).status_code == 200
    assert admin.delete(path).status_code == 404


# A03: what belongs to one project is not reached through another.


def test_members_and_grants_of_another_project_are_not_there(admin, project):
    other = make_project("other")
    member = add_member(other, make_user("eve"), BuiltIn.GUEST)
    grant = add_member(other, make_user("nora"), BuiltIn.GUEST, tags="v*")
    for kind, number in (("members", member.pk), ("grants", grant.pk), ("members", 0), ("grants", 2**62)):
        path = f"/api/v2.0/projects/{project}/{kind}/{number}"
        assert admin.get(path).status_code == 404
        assert admin.delete(path).status_code == 404
    assert send(admin, "PUT", f"/api/v2.0/projects/{project}/members/{member.pk}", {"role_id": 1}).status_code == 404
    foreign = f"/api/v2.0/projects/other/members/{member.pk}"
    assert send(admin, "PUT", foreign, {"role_id": 1}).status_code == 403
    for written in ("-1", "x", "1e9", "9" * 40):
        assert admin.get(f"/api/v2.0/projects/{project}/members/{written}").status_code in (400, 404)
    assert {*other.members.values_list("role_id", flat=True)} == {BuiltIn.GUEST}


def test_a_member_is_no_grant_and_a_grant_no_member(admin, project):
    member = add_member(project, make_user("eve"), BuiltIn.GUEST)
    grant = add_member(project, make_user("nora"), BuiltIn.GUEST, tags="v*")
    assert admin.get(f"/api/v2.0/projects/{project}/grants/{member.pk}").status_code == 404
    assert admin.get(f"/api/v2.0/projects/{project}/members/{grant.pk}").status_code == 404
