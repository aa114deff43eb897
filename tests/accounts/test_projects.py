"""Projects: who may make, see, open and delete them."""

import pytest

from accounts import configuration, projects
from accounts.exceptions import (
    Invalid,
    NotAllowed,
    NotAuthenticated,
    ProjectExists,
    ProjectInUse,
    ProjectUnknown,
    TokenTooNarrow,
)
from accounts.models import AuditRecord, BuiltIn, Member, Project
from accounts.principals import ANONYMOUS, SYSTEM
from accounts.sign_in import with_token
from registry.models import Repository
from tests.factories.accounts import make_principal, make_project, make_sysadmin, member_of, token_for, user_of

pytestmark = pytest.mark.django_db


def test_who_makes_a_project_is_its_first_admin():
    alice = make_principal("alice")
    project = projects.create("app", is_public=False, by=alice)
    assert project.owner == user_of(alice)
    assert Member.objects.get(project=project).role_id == BuiltIn.PROJECT_ADMIN
    record = AuditRecord.objects.get()
    assert (record.principal, record.operation, record.resource, record.project_id) == (
        "alice", "create", "app", project.pk,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["a", "0", "library", "a.b-c_d", "a" * 255, "1.2", "v2"])
def test_a_name_may_be_as_harbors(name):
    assert projects.create(name, is_public=False, by=SYSTEM).name == name


@pytest.mark.parametrize(
    "name",
    ["", "A", "a/b", "-a", "a-", "a..b", "a__b", "a b", "ä", "a\n", "\0", "..", ".", "a" * 256, "%",
     "a%2fb", "a:b", "a@b"],
)  # fmt: skip
def test_another_name_is_refused(name):
    with pytest.raises(Invalid):
        projects.create(name, is_public=False, by=SYSTEM)
    assert projects.find(name) is None


def test_a_name_is_taken_once():
    projects.create("app", is_public=False, by=SYSTEM)
    with pytest.raises(ProjectExists):
        projects.create("app", is_public=True, by=make_principal())
    assert not Project.objects.get().is_public


def test_making_projects_can_be_left_to_system_admins():
    configuration.set("project_creation_restriction", "adminonly", by=SYSTEM)
    with pytest.raises(NotAllowed):
        projects.create("app", is_public=False, by=make_principal())
    assert projects.create("app", is_public=False, by=make_sysadmin())


def test_nobody_makes_a_project_unsigned_or_with_a_registry_token():
    with pytest.raises(NotAuthenticated):
        projects.create("app", is_public=False, by=ANONYMOUS)
    with pytest.raises(TokenTooNarrow):
        projects.create("app", is_public=False, by=with_token(token_for(make_sysadmin(), "registry:catalog:*")))


def test_library_is_made_once():
    assert projects.make_library() == projects.make_library()
    assert Project.objects.get().is_public


def test_what_one_may_see_is_found_by_name_and_by_number():
    project = make_project("app")
    for by in (member_of(project, BuiltIn.LIMITED_GUEST), make_sysadmin(), SYSTEM):
        assert projects.get("app", by=by) == projects.get(project.pk, by=by) == project


@pytest.mark.parametrize(("by", "refusal"), [("bob", NotAllowed), ("", NotAuthenticated)])
def test_hidden_and_absent_projects_are_refused_alike(by, refusal):
    asker = make_principal(by) if by else ANONYMOUS
    hidden = make_project("vault")
    said = []
    for name, absent in (("vault", "nope"), (hidden.pk, hidden.pk + 10**6)):
        for asked in (name, absent):
            with pytest.raises(refusal) as refused:
                projects.get(asked, by=asker)
            assert type(refused.value) is refusal
            said.append(str(refused.value).replace(str(asked), "X"))
    assert len(set(said)) == 1


def test_an_absent_project_is_unknown_to_those_who_see_all():
    with pytest.raises(ProjectUnknown):
        projects.get("nope", by=make_sysadmin())


def test_one_sees_public_projects_and_those_one_is_a_member_of():
    public, mine, hidden = make_project("a", is_public=True), make_project("b"), make_project("c")
    alice = member_of(mine, BuiltIn.GUEST)
    assert set(projects.visible_to(alice)) == {public, mine}
    assert set(projects.visible_to(ANONYMOUS)) == {public}
    assert set(projects.visible_to(make_sysadmin())) == set(projects.visible_to(SYSTEM)) == {public, mine, hidden}


def test_a_token_shows_no_more_projects_than_it_carries():
    public, mine, other = make_project("a", is_public=True), make_project("b"), make_project("c")
    alice = member_of(mine, BuiltIn.GUEST)
    other.members.create(user=user_of(alice), role_id=BuiltIn.GUEST)
    narrowed = with_token(token_for(alice, "repository:b/app:pull"))
    assert set(projects.visible_to(narrowed)) == {public, mine}
    root = make_sysadmin()
    assert set(projects.visible_to(with_token(token_for(root, "registry:catalog:*")))) == {public, mine, other}
    assert set(projects.visible_to(with_token(token_for(root)))) == {public}


def test_opening_and_closing_a_project_raises_its_version():
    project = make_project("app")
    for is_public, told in ((True, "made public"), (False, "made private")):
        before = project.authorization_version
        projects.set_public(project, is_public, by=SYSTEM)
        project.refresh_from_db()
        assert (project.is_public, project.authorization_version) == (is_public, before + 1)
        assert AuditRecord.objects.latest("pk").description == told


def test_only_a_project_admin_opens_or_deletes_a_project():
    project = make_project("app")
    maintainer = member_of(project, BuiltIn.MAINTAINER)
    with pytest.raises(NotAllowed):
        projects.set_public(project, True, by=maintainer)
    with pytest.raises(NotAllowed):
        projects.delete(project, by=maintainer)
    projects.delete(project, by=member_of(project, BuiltIn.PROJECT_ADMIN))
    assert not Project.objects.exists()
    assert AuditRecord.objects.latest("pk").operation == "delete"


def test_a_project_with_repositories_is_not_deleted():
    project = make_project("app")
    Repository.objects.create(project=project, name="app/x")
    with pytest.raises(ProjectInUse):
        projects.delete(project, by=SYSTEM)
    assert Project.objects.filter(pk=project.pk).exists()
    assert not AuditRecord.objects.exists()
