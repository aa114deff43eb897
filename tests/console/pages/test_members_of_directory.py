"""People and groups of a real directory join a project by its page."""

from collections.abc import Iterator

import pytest

from accounts import configuration
from accounts.identity.directory import line
from accounts.models import BuiltIn, Project, User, UserGroup
from accounts.principals import SYSTEM
from tests.engines import slapd
from tests.engines.slapd import Directory
from tests.factories.accounts import add_member, make_project, make_user
from tests.factories.browser import browser_of

pytestmark = pytest.mark.django_db

PAGE = "/projects/team/-/members"


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Directory]:
    with slapd.running(tmp_path_factory.mktemp("slapd")) as started:
        started.add_group("shop", started.add_person("lena", name="Lena Lund"))
        yield started


@pytest.fixture
def project(directory) -> Project:
    line.forget()
    configuration.set_many(directory.settings(), by=SYSTEM)
    return make_project("team")


@pytest.fixture
def admin(project):
    user = make_user()
    add_member(project, user, BuiltIn.PROJECT_ADMIN)
    return browser_of(user)


def candidates(browser, kind, name):
    return browser.get(f"{PAGE}/candidates", {"kind": kind, "name": name}).context["candidates"]


def test_who_never_signed_in_joins_by_the_name_that_the_directory_has(project, admin):
    assert admin.post(f"{PAGE}/new", {"kind": "user", "name": "lena", "role": 2}).status_code == 303
    lena = User.objects.get(username="lena")
    assert project.members.filter(user=lena, role_id=BuiltIn.DEVELOPER).exists()
    assert lena.source != "local"


def test_a_group_of_the_directory_joins_by_its_dn(project, admin):
    dn = f"cn=shop,{slapd.GROUPS}"
    assert admin.post(f"{PAGE}/new", {"kind": "group", "name": dn, "role": 3}).status_code == 303
    assert project.members.filter(group=UserGroup.objects.get(ldap_dn=dn)).exists()


def test_whom_the_directory_does_not_know_is_told_beside_the_name(admin):
    for kind, name in (("user", "nobody"), ("group", f"cn=none,{slapd.GROUPS}")):
        answer = admin.post(f"{PAGE}/new", {"kind": kind, "name": name, "role": 2})
        assert answer.status_code == 422
        assert "name" in answer.context["form"].errors


def test_the_directory_completes_names_for_those_who_may_search_it_alone(admin):
    root = browser_of(make_user(is_sysadmin=True))
    assert candidates(root, "user", "len") == [("lena", "Lena Lund")]
    assert candidates(root, "group", "sho") == [(f"cn=shop,{slapd.GROUPS}", "shop")]
    assert candidates(admin, "user", "len") == []
    assert candidates(admin, "group", "sho") == []
