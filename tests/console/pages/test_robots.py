"""Robots of the system and of projects, by the pages of a browser."""

import pytest

from accounts import sign_in
from accounts.models import BuiltIn, Robot
from tests.factories.accounts import add_member, make_project, make_robot, make_user
from tests.factories.browser import browser_of

pytestmark = pytest.mark.django_db
PULL = {"preset": "pull", "days": "30", "repositories": "", "tags": "", "description": ""}


@pytest.fixture
def app():
    return make_project("app")


def browser_with(project, role):
    user = make_user()
    add_member(project, user, role)
    return browser_of(user)


def test_a_project_admin_makes_a_robot_whose_secret_is_shown_once(app):
    browser = browser_with(app, BuiltIn.PROJECT_ADMIN)
    made = browser.post("/projects/app/-/robots/new", {**PULL, "name": "ci", "description": "builds"})
    assert made.status_code == 201
    secret = made.context["secret"]
    assert secret in made.content.decode()
    assert "no-store" in made["Cache-Control"]
    assert secret not in browser.get("/projects/app/-/robots").content.decode()
    assert sign_in.with_password("robot$app+ci", secret).name == "robot$app+ci"
    shown = browser.get("/projects/app/-/robots").content.decode()
    assert "robot$app+ci" in shown
    assert "pull" in shown


def test_what_is_refused_stands_beside_the_form_and_nothing_is_lost(app):
    browser = browser_with(app, BuiltIn.PROJECT_ADMIN)
    refused = browser.post("/projects/app/-/robots/new", {**PULL, "name": "No Good", "description": "kept"})
    assert refused.status_code == 422
    assert "A robot&#x27;s name has lower-case letters" in refused.content.decode()
    assert 'value="kept"' in refused.content.decode()
    sent = {**PULL, "name": "ci", "preset": "chosen", "rights": ["no-such:thing"]}
    assert browser.post("/projects/app/-/robots/new", sent).status_code == 422
    assert not Robot.objects.exists()


def test_rights_are_checked_one_by_one_and_changed(app):
    browser = browser_with(app, BuiltIn.PROJECT_ADMIN)
    rights = ["repository:pull", "tag:list"]
    browser.post("/projects/app/-/robots/new", {**PULL, "name": "ci", "preset": "chosen", "rights": rights})
    robot = Robot.objects.get()
    shown = browser.get(f"/projects/app/-/robots/{robot.pk}").content.decode()
    assert 'value="tag:list" checked' in shown
    assert 'value="tag:delete" checked' not in shown
    sent = {**PULL, "preset": "push", "days": "0"}
    assert browser.post(f"/projects/app/-/robots/{robot.pk}", sent).status_code == 303
    assert robot.grants.get().actions == ["repository:pull", "repository:push"]


def test_a_robot_of_the_system_has_rights_in_several_projects_and_in_the_system(app):
    browser = browser_of(make_user(is_sysadmin=True))
    other = make_project("other")
    sent = {**PULL, "name": "ops", "places": "app\nother", "rights": ["system-user:list"]}
    assert browser.post("/robots/new", sent).status_code == 201
    grants = Robot.objects.get().grants
    assert set(grants.values_list("project_id", flat=True)) == {app.pk, other.pk, None}
    refused = browser.post("/robots/new", {**sent, "name": "ops2", "places": "missing"})
    assert "there is no project missing" in refused.content.decode().lower()
    assert browser.post("/robots/new", {**sent, "name": "all", "places": "*"}).status_code == 201


def test_a_robot_of_another_project_is_none_here(app):
    robot = make_robot(project=make_project("other"))
    browser = browser_with(app, BuiltIn.PROJECT_ADMIN)
    for page in ("", "/secret", "/delete"):
        assert browser.get(f"/projects/app/-/robots/{robot.pk}{page}").status_code == 403
        assert browser.post(f"/projects/app/-/robots/{robot.pk}{page}").status_code == 403
    admin = browser_of(make_user(is_sysadmin=True))
    assert admin.post(f"/projects/app/-/robots/{robot.pk}/delete").status_code == 404
    assert admin.post(f"/robots/{robot.pk}/delete").status_code == 404
    assert Robot.objects.exists()


def test_a_guest_sees_robots_and_no_control(app):
    robot = make_robot(project=app)
    browser = browser_with(app, BuiltIn.GUEST)
    shown = browser.get("/projects/app/-/robots").content.decode()
    assert robot.name in shown
    assert "/new" not in shown
    assert "/delete" not in shown
    assert browser.get("/projects/app/-/robots/new").status_code == 403
    assert browser.post(f"/projects/app/-/robots/{robot.pk}/switch").status_code == 403
    assert browser.get("/robots").status_code == 403


def test_a_robot_is_disabled_gets_a_new_secret_and_is_deleted(app):
    browser = browser_with(app, BuiltIn.PROJECT_ADMIN)
    browser.post("/projects/app/-/robots/new", {**PULL, "name": "ci"})
    place = f"/projects/app/-/robots/{Robot.objects.get().pk}"
    browser.post(f"{place}/switch")
    assert Robot.objects.get().is_disabled
    browser.post(f"{place}/switch")
    made = browser.post(f"{place}/secret", {"keep_old_for_hours": "0"})
    assert sign_in.with_password("robot$app+ci", made.context["secret"])
    assert "cannot be undone" in browser.get(f"{place}/delete").content.decode()
    assert browser.post(f"{place}/delete").status_code == 303
    assert not Robot.objects.exists()


def test_a_list_of_robots_costs_the_same_however_long(app, django_assert_max_num_queries):
    browser = browser_with(app, BuiltIn.PROJECT_ADMIN)
    for _ in range(60):
        make_robot(project=app)
    with django_assert_max_num_queries(20):
        browser.get("/projects/app/-/robots")
