"""Who may see a project, what it holds, and its end."""

import pytest

from accounts import roles
from accounts.models import AuditRecord, BuiltIn, Project
from accounts.principals import SYSTEM
from tests.factories.accounts import add_member, make_project, make_robot, make_user
from tests.factories.browser import browser_of
from tests.factories.registry import make_repository, push_image

pytestmark = pytest.mark.django_db

PAGE, END = "/projects/team/-/settings", "/projects/team/-/delete"


@pytest.fixture
def project():
    return make_project("team")


def member(project, role):
    user = make_user()
    add_member(project, user, role)
    return browser_of(user)


@pytest.fixture
def admin(project):
    return member(project, BuiltIn.PROJECT_ADMIN)


def test_a_project_is_opened_and_closed_by_its_admin(project, admin):
    for wanted in ("true", "false"):
        answer = admin.post(PAGE, {"public": wanted})
        assert (answer.status_code, answer["Location"]) == (303, PAGE)
        project.refresh_from_db()
        assert project.is_public is (wanted == "true")
    assert AuditRecord.objects.filter(description="made public", resource="team").exists()
    assert admin.post(PAGE, {"public": "perhaps"}).status_code == 422


def test_a_maintainer_reads_the_settings_and_changes_none(project):
    browser = member(project, BuiltIn.MAINTAINER)
    said = browser.get(PAGE).content.decode()
    assert "A project admin can change this." in said
    assert f'"{END}"' not in said
    assert browser.post(PAGE, {"public": "true"}).status_code == 403
    assert browser.post(END, {"name": "team"}).status_code == 403


@pytest.mark.parametrize("role", [BuiltIn.DEVELOPER, BuiltIn.GUEST])
def test_others_see_no_settings(project, role):
    assert member(project, role).get(PAGE).status_code == 403


def test_what_it_holds_is_for_those_who_may_read_the_quota(project):
    reading = ["project:read", "metadata:read"]
    lookers = (
        roles.create("lookers", "", reading, by=SYSTEM),
        roles.create("counters", "", [*reading, "quota:read"], by=SYSTEM),
    )
    shown = ['id="storage"' in member(project, role.pk).get(PAGE).content.decode() for role in lookers]
    assert shown == [False, True]


def test_what_programs_have_set_is_told_as_what_it_is(project, admin):
    project.metadata = {"auto_scan": "true"}
    project.save()
    said = admin.get(PAGE).content.decode()
    assert "auto_scan" in said
    assert "This registry does not act on these." in said


def test_the_limit_is_changed_by_system_admins_alone(project, admin):
    assert "/quotas/team" not in admin.get(PAGE).content.decode()
    assert "/quotas/team" in browser_of(make_user(is_sysadmin=True)).get(PAGE).content.decode()


def test_a_project_goes_when_its_name_is_typed(project, admin):
    make_robot(project=project)
    asked = admin.get(END).content.decode()
    assert "1 robot, whose secret is then worthless" in asked
    assert admin.post(END, {"name": "steam"}).status_code == 422
    assert Project.objects.filter(name="team").exists()
    answer = admin.post(END, {"name": "team"})
    assert (answer.status_code, answer["Location"]) == (303, "/projects")
    assert not Project.objects.filter(name="team").exists()


def test_a_project_that_holds_repositories_stays_and_says_so(project, admin):
    push_image(make_repository("team/app", project))
    assert "still has 1 repository" in admin.get(END).content.decode()
    assert admin.post(END, {"name": "team"}).status_code == 412
    assert Project.objects.filter(name="team").exists()
