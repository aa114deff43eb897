"""POST /api/v2.0/projects/<project>/members"""

import pytest

from accounts.models import BuiltIn, Member, Project
from tests.factories.accounts import make_principal, make_project, make_user, member_of
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
