"""/api/v2.0/labels"""

import pytest

from accounts.models import BuiltIn
from accounts.principals import SYSTEM
from registry.content import labels
from registry.models import Label
from tests.factories.accounts import make_principal, make_project, make_sysadmin, member_of
from tests.factories.http import client_of, send

pytestmark = pytest.mark.django_db
LABELS = "/api/v2.0/labels"


def names(answer):
    return [label["name"] for label in answer.json()]


def test_a_label_of_everybody_is_made_listed_changed_and_deleted():
    admin = client_of(make_sysadmin())
    made = send(admin, "POST", LABELS, {"name": "release", "color": "#00ff00", "scope": "g"})
    assert (made.status_code, made.content) == (201, b"")
    shown = client_of(make_principal()).get(made["Location"]).json()
    assert (shown["name"], shown["scope"], shown["project_id"]) == ("release", "g", 0)
    assert send(admin, "PUT", made["Location"], {"name": "released", "scope": "g"}).status_code == 200
    assert names(client_of(make_principal()).get(f"{LABELS}?scope=g")) == ["released"]
    assert send(admin, "DELETE", made["Location"]).status_code == 200
    assert admin.get(made["Location"]).status_code == 404


def test_a_label_of_a_project_is_for_those_who_see_it():
    project = make_project()
    maintainer = client_of(member_of(project, BuiltIn.MAINTAINER))
    made = send(maintainer, "POST", LABELS, {"name": "stable", "scope": "p", "project_id": project.pk})
    assert made.status_code == 201
    listed = f"{LABELS}?scope=p&project_id={project.pk}"
    assert names(maintainer.get(listed)) == ["stable"]
    stranger = client_of(make_principal())
    assert stranger.get(listed).status_code == 403
    assert stranger.get(made["Location"]).status_code == 403
    assert client_of().get(listed).status_code == 401


def test_the_labels_of_a_public_project_are_public():
    project = make_project(is_public=True)
    labels.create("stable", project=project, by=SYSTEM)
    assert names(client_of().get(f"{LABELS}?scope=p&project_id={project.pk}")) == ["stable"]


def test_labels_are_found_by_name_and_page_by_page():
    for name in ("alpha", "beta", "gamma"):
        labels.create(name, project=None, by=SYSTEM)
    client = client_of(make_principal())
    assert names(client.get(f"{LABELS}?scope=g&name=am")) == ["gamma"]
    assert names(client.get(f"{LABELS}?scope=g&q=name=~et")) == ["beta"]
    answer = client.get(f"{LABELS}?scope=g&page=2&page_size=2&sort=-name")
    assert (names(answer), answer["X-Total-Count"]) == (["alpha"], "3")


@pytest.mark.parametrize(
    ("content", "status"),
    [
        ({"name": "x"}, 400),
        ({"name": "x", "scope": "all"}, 400),
        ({"name": "", "scope": "g"}, 400),
        ({"name": "x", "color": "red", "scope": "g"}, 400),
        ({"name": "x", "scope": "p", "project_id": 10**9}, 404),
        ({"name": "taken", "scope": "g"}, 409),
    ],
)
def test_what_is_no_label_is_refused(content, status):
    labels.create("taken", project=None, by=SYSTEM)
    assert send(client_of(make_sysadmin()), "POST", LABELS, content).status_code == status
    assert Label.objects.count() == 1
