"""GET /api/v2.0/refusals/<id>: the id at the end of a message opens the reasons."""

import re

import pytest

from accounts.models import BuiltIn, RefusalRecord
from tests.factories.accounts import make_principal, make_project, member_of
from tests.factories.http import client_of, send
from tests.factories.registry import make_repository

pytestmark = pytest.mark.django_db


def message_of(answer) -> str:
    return str(answer.json()["errors"][0]["message"])


def id_in(answer) -> str:
    found = re.search(r" \(why: ([a-z0-9]{7})\)$", message_of(answer))
    assert found, message_of(answer)
    return found[1]


def test_a_refusal_of_the_api_leads_to_its_reasons():
    project = make_project("app")
    maintainer = client_of(member_of(project, BuiltIn.MAINTAINER, username="mona"))
    answer = send(maintainer, "POST", "/api/v2.0/projects/app/members", {})
    assert answer.status_code == 403
    shown = maintainer.get(f"/api/v2.0/refusals/{id_in(answer)}").json()
    assert (shown["principal"], shown["action"], shown["project_id"]) == ("mona", "member:create", project.pk)
    assert shown["resource"] == "POST /api/v2.0/projects/app/members"
    assert {"subject": "app", "says": "maintainer"} in shown["reasons"]
    assert shown["message"] + f" (why: {shown['id']})" == message_of(answer)


def test_a_refusal_of_the_registry_leads_to_its_reasons():
    make_repository("app/one")
    project = make_repository("app/two", make_project("other")).project
    guest = client_of(member_of(project, BuiltIn.GUEST, username="gus"))
    answer = guest.post("/v2/other/two/blobs/uploads/")
    assert answer.status_code == 403
    shown = guest.get(f"/api/v2.0/refusals/{id_in(answer)}").json()
    assert (shown["action"], shown["resource"]) == ("repository:push", "POST /v2/other/two/blobs/uploads/")


def test_hidden_and_absent_projects_have_no_id():
    make_project("vault")
    stranger = client_of(make_principal())
    for path in ("/v2/vault/app/manifests/1", "/api/v2.0/projects/vault", "/api/v2.0/projects/vault/members"):
        for asked in (path, path.replace("vault", "absent")):
            answer = stranger.get(asked)
            assert answer.status_code == 403
            assert "why" not in message_of(answer)
    assert not RefusalRecord.objects.exists()


def test_what_is_not_for_one_to_see_is_not_there():
    project = make_project("app")
    answer = send(client_of(member_of(project, BuiltIn.GUEST)), "PUT", "/api/v2.0/projects/app", {})
    stranger = client_of(make_principal())
    assert stranger.get(f"/api/v2.0/refusals/{id_in(answer)}").status_code == 404
    assert stranger.get("/api/v2.0/refusals/bcdfghj").status_code == 404
    assert client_of().get(f"/api/v2.0/refusals/{id_in(answer)}").status_code == 401
