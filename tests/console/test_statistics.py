"""/api/v2.0/statistics: everybody counts what they see."""

import pytest

from accounts.models import BuiltIn
from tests.factories.accounts import add_member, make_principal, make_project, make_sysadmin, user_of
from tests.factories.http import client_of
from tests.factories.registry import make_repository, push_blob, push_image

pytestmark = pytest.mark.django_db
STATISTICS = "/api/v2.0/statistics"


@pytest.fixture
def projects():
    """A public one with one repository, a private one with two and a third that is empty, and a hidden one."""
    found = [make_project("open", is_public=True), make_project("mine"), make_project("hidden")]
    for name in ("open/app", "mine/app", "mine/team/app", "hidden/app"):
        repository = make_repository(name, next(each for each in found if name.startswith(f"{each.name}/")))
        push_image(repository, "latest", push_blob(repository, b"the same everywhere"))
    make_repository("mine/empty", found[1])
    return found


def counted(principal):
    told = client_of(principal).get(STATISTICS).json()
    visible = [told[f"{kind}_{what}_count"] for what in ("project", "repo") for kind in ("public", "private")]
    return visible, [told["total_project_count"], told["total_repo_count"], told["total_storage_consumption"] > 0]


def test_a_member_counts_public_projects_and_their_own(projects):
    member = make_principal()
    add_member(projects[1], user_of(member), BuiltIn.GUEST)
    assert counted(member) == ([1, 1, 1, 2], [0, 0, False])


def test_who_may_see_some_repositories_counts_those(projects):
    member = make_principal()
    add_member(projects[1], user_of(member), BuiltIn.GUEST, repositories="team/**")
    assert counted(member) == ([1, 1, 1, 1], [0, 0, False])


def test_a_system_admin_counts_everything(projects):
    assert counted(make_sysadmin()) == ([1, 2, 1, 3], [3, 4, True])


def test_a_blob_that_several_have_is_stored_once(projects):
    before = client_of(make_sysadmin("a")).get(STATISTICS).json()["total_storage_consumption"]
    push_blob(make_repository(project=projects[0]), b"the same everywhere")
    assert client_of(make_sysadmin("b")).get(STATISTICS).json()["total_storage_consumption"] == before


def test_nobody_counts_nothing(projects):
    assert client_of().get(STATISTICS).status_code == 401
