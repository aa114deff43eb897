"""The number of a thing in another project opens nothing, wherever in an address it stands."""

import pytest
from django.apps import apps
from django.core import serializers

from console.api.urls import VIEWS
from tests.console.attacks import things
from tests.factories.http import client_of, send

pytestmark = pytest.mark.django_db

# What stands below a project in an address, and belongs to it.
OWNED = {"member_id", "grant_id", "label_id", "reference", "tag_name"}
# What has an address of its own, and belongs to a project or a person.
ALONE = {"job_id", "robot_id", "label_id", "quota_id", "token_id", "user_id"}
PROJECT = {"name_or_id", "project_name"}
METHODS = ("get", "put", "patch", "delete", "post")
BODY = {
    "name": "taken",
    "role_id": 1,
    "level": "project",
    "permissions": [],
    "secret": "Taken-over-1",
    "new_password": "Taken-over-1",
    "sysadmin_flag": True,
    "hard": {"storage": -1},
    "id": 1,
    "project_id": 1,
}
# What is written by being refused: that it was.
TELLING = {"auditrecord", "refusalrecord", "failedsignin", "failedsignins"}


def nested() -> list[tuple[str, str, str]]:
    """(address, what is foreign in it, method)"""
    return [
        (template, name, method)
        for template, view in VIEWS.items()
        for name in things.named(template)
        if name in (OWNED if PROJECT & {*things.named(template)} else ALONE)
        for method in METHODS
        if hasattr(view, method)
    ]


def rows() -> str:
    """All that the database knows of people, projects and images."""
    models = [
        model
        for app in ("accounts", "registry")
        for model in apps.get_app_config(app).get_models()
        if model._meta.model_name not in TELLING
    ]
    return "".join(serializers.serialize("json", model._default_manager.order_by("pk")) for model in models)


def test_every_part_of_an_address_is_known_here():
    known = {*things.make("app").values}
    for template in VIEWS:
        assert set(things.named(template)) <= known, template


@pytest.mark.parametrize(("template", "name", "method"), nested(), ids=str)
def test_a_project_admin_reaches_nothing_of_another_project(template, name, method):
    mine, theirs = things.make("mine"), things.make("theirs")
    client = client_of(mine.admin)
    send(client, "GET", "/api/v2.0/projects/mine")
    paths = [mine.path(template, **{name: theirs.values[name]}), theirs.path(template)]
    before = rows()
    for path in paths:
        answer = send(client, method.upper(), path, None if method in ("get", "delete") else BODY)
        assert answer.status_code in (400, 403, 404, 412), (path, answer.status_code, answer.content)
    assert rows() == before


@pytest.mark.parametrize(
    ("template", "name", "method"), [each for each in nested() if each[1].endswith("_id")], ids=str
)
def test_what_is_foreign_is_told_from_what_is_absent_by_nobody(template, name, method):
    mine, theirs = things.make("mine"), things.make("theirs")
    client = client_of(mine.admin)
    told = [
        send(
            client, method.upper(), mine.path(template, **{name: number}), None if method in ("get", "delete") else BODY
        )
        for number in (theirs.values[name], "987654")
    ]
    assert told[0].status_code == told[1].status_code


@pytest.mark.parametrize("number", ["0", "-1", "9" * 30, "x", "1e3", "0x1", "%31%30%30%30%30%30", "٣"])
@pytest.mark.parametrize("name", sorted(OWNED | ALONE - {"user_id"}))
def test_numbers_that_there_cannot_be_are_refused(name, number):
    mine = things.make("mine")
    for template, view in VIEWS.items():
        if name in things.named(template) and hasattr(view, "get"):
            answer = client_of(mine.admin).get(mine.path(template, **{name: number}))
            assert answer.status_code in (400, 403, 404), template
