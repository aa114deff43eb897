"""GET /api/v2.0/explain: may they, and why, before it is tried."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from accounts import configuration, robots
from accounts.models import BuiltIn, Project, Robot, RobotGrant, User
from accounts.principals import SYSTEM
from registry.models import ProjectUsage
from tests.factories.accounts import (
    ROBOT_SECRET,
    add_member,
    grant_to,
    make_auditor,
    make_group,
    make_principal,
    make_project,
    make_robot,
    make_sysadmin,
    make_user,
    member_of,
)
from tests.factories.http import basic, client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def library() -> Project:
    return make_project("library")


@pytest.fixture
def alice(library: Project) -> User:
    alice = make_user("alice")
    add_member(library, make_group("ops", members=[alice]), BuiltIn.GUEST)
    return alice


def ask(client, action="repository:push", **more):
    return client.get(f"/api/v2.0/explain?{urlencode({'action': action, **more})}")


def chain(answer) -> list[tuple[str, str]]:
    return [(reason["subject"], reason["says"]) for reason in answer.json()["reasons"]]


def test_one_asks_about_oneself_and_reads_the_whole_chain(library, alice):
    answer = ask(client_of(alice), repository="library/app", tag="1")
    shown = answer.json()
    assert (answer.status_code, shown["allowed"], shown["principal"]) == (200, False, "alice")
    assert shown["message"].startswith("alice may not push to library/app:1: guest by group ops in project library")
    assert chain(answer) == [
        ("alice", "user of the source local"),
        ("alice", "asks as user"),
        ("library", "guest by group ops"),
        ("repository:push", "does not allow it"),
    ]
    assert ask(client_of(alice), "repository:pull", repository="library/app").json()["allowed"]


def test_a_pattern_that_is_in_the_way_is_named(library):
    dora = make_user("dora")
    add_member(library, dora, BuiltIn.DEVELOPER, tags="!release-*")
    client = client_of(dora)
    assert ask(client, repository="library/app", tag="1.0").json()["allowed"]
    answer = ask(client, repository="library/app", tag="release-1")
    assert not answer.json()["allowed"]
    assert "tags !release-*" in answer.json()["message"]
    assert ("library", "developer, for tags !release-*") in chain(answer)


def test_a_registry_that_is_read_only_is_in_the_way_of_changes_alone(library):
    configuration.set("read_only", True, by=SYSTEM)
    client = client_of(member_of(library, BuiltIn.DEVELOPER))
    answer = ask(client, repository="library/app")
    assert (answer.json()["allowed"], chain(answer)[-1][0]) == (False, "the registry")
    assert "read-only" in answer.json()["message"]
    assert ask(client, "repository:pull", repository="library/app").json()["allowed"]
    assert ask(client, "label:list", project="library").json()["allowed"]


def test_a_full_project_is_in_the_way_of_a_push(library):
    usage = ProjectUsage.objects.create(project=library, hard=2048, used=1024)
    client = client_of(member_of(library, BuiltIn.DEVELOPER))
    answer = ask(client, repository="library/app")
    assert answer.json()["allowed"]
    assert chain(answer)[-1] == ("project library", "holds 1.0 KiB of 2.0 KiB")
    ProjectUsage.objects.filter(pk=usage.pk).update(used=2048)
    assert not ask(client, repository="library/app").json()["allowed"]
    assert ask(client, "artifact:list", project="library").json()["allowed"]


def test_who_reads_the_logs_may_ask_about_others(library, alice):
    asked = {"repository": "library/app", "user": "alice"}
    for by in (member_of(library, BuiltIn.PROJECT_ADMIN), make_sysadmin(), make_auditor()):
        answer = ask(client_of(by), **asked)
        assert (answer.status_code, answer.json()["principal"]) == (200, "alice")
    for by in (member_of(library, BuiltIn.MAINTAINER), member_of(make_project(), BuiltIn.PROJECT_ADMIN)):
        assert ask(client_of(by), **asked).status_code == 403
    assert ask(client_of(), **asked).status_code == 401
    assert ask(client_of(alice), **asked).status_code == 200


def test_a_project_admin_asks_about_the_project_and_not_about_the_system(library, alice):
    admin = client_of(member_of(library, BuiltIn.PROJECT_ADMIN))
    assert ask(admin, "system-user:create", user="alice").status_code == 403
    assert ask(admin, repository="vault/app", user="alice").status_code == 403
    assert ask(client_of(make_sysadmin()), "system-user:create", user="alice").json()["allowed"] is False


def test_hidden_and_absent_projects_are_the_same_to_whoever_sees_neither(alice):
    make_project("vault")
    client = client_of(alice)
    for more in ({}, {"user": "bob"}, {"anonymous": "true"}):
        for asked in ({"repository": "vault/app"}, {"project": "vault"}):
            absent = {key: value.replace("vault", "absent") for key, value in asked.items()}
            answers = [ask(client, **each, **more) for each in (asked, absent)]
            assert answers[0].status_code == answers[1].status_code == (403 if more else 200)
            told = [answer.content.decode().replace("vault", "absent") for answer in answers]
            assert told[0] == told[1]


def test_who_sees_the_project_reads_that_somebody_else_does_not(library):
    make_user("bob")
    answer = ask(client_of(make_sysadmin()), repository="library/app", user="bob")
    assert ("library", "no member, and it is not public") in chain(answer)
    assert not answer.json()["allowed"]


def test_one_may_ask_about_nobody(library):
    admin = client_of(member_of(library, BuiltIn.PROJECT_ADMIN))
    asked = {"action": "repository:pull", "repository": "library/app", "anonymous": "true"}
    assert not ask(admin, **asked).json()["allowed"]
    Project.objects.update(is_public=True)
    assert ask(admin, **asked).json()["allowed"]


def test_a_disabled_user_may_nothing(library, alice):
    User.objects.filter(pk=alice.pk).update(is_active=False)
    answer = ask(client_of(make_sysadmin()), "repository:pull", repository="library/app", user="alice")
    assert not answer.json()["allowed"]
    assert chain(answer)[-1] == ("alice", "is disabled or has expired, and may do nothing")
    assert answer.json()["message"]


def test_one_may_ask_about_a_robot_that_has_rights_in_the_project(library):
    robot = make_robot("ci", library)
    grant_to(robot, "repository:push", project=library, tags="release-*")
    other = make_robot("other", make_project())
    admin, root = client_of(member_of(library, BuiltIn.PROJECT_ADMIN)), client_of(make_sysadmin())
    asked = {"repository": "library/app", "robot": robots.name_of(robot)}
    assert ask(admin, tag="release-1", **asked).json()["allowed"]
    assert not ask(admin, tag="1", **asked).json()["allowed"]
    itself = Client(headers={"Authorization": basic(robots.name_of(robot), ROBOT_SECRET)})
    assert ask(itself, tag="release-1", **asked).json()["allowed"]
    for name in (robots.name_of(other), "robot$absent"):
        assert ask(admin, repository="library/app", robot=name).status_code == 404
    assert ask(root, repository="library/app", robot=robots.name_of(other)).status_code == 200
    Robot.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert not ask(admin, tag="release-1", **asked).json()["allowed"]
    assert RobotGrant.objects.count() == 1


@pytest.mark.parametrize(
    "asked",
    [
        {"action": ""},
        {"action": "repository:pul", "repository": "library/app"},
        {"action": "repository:push"},
        {"action": "repository:push", "project": "library", "tag": "1"},
        {"action": "repository:push", "repository": "UPPER/app"},
        {"action": "repository:push", "repository": "library/app", "tag": "-"},
        {"action": "repository:push", "repository": "library/app", "user": "a", "robot": "b"},
        {"action": "repository:push", "repository": "library/app", "anonymous": "perhaps"},
    ],
)
def test_what_is_no_question_is_refused(library, asked):
    assert ask(client_of(make_sysadmin()), **asked).status_code == 400


def test_an_unknown_user_is_unknown_to_those_who_may_ask(library):
    assert ask(client_of(make_sysadmin()), repository="library/app", user="nobody").status_code == 404
    assert ask(client_of(make_principal()), repository="library/app", user="nobody").status_code == 403
