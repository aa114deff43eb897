"""Icons of artifacts: one for each kind, and those that artifacts bring along."""

import base64
import json

import pytest

from accounts.models import BuiltIn
from registry.content import icons, media_types
from tests.factories.accounts import make_principal, make_project, member_of
from tests.factories.http import client_of
from tests.factories.registry import descriptor_of, make_repository, push_blob, put

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n and so on"


@pytest.fixture
def repository():
    return make_repository("app/web", make_project("app"))


def push_with_icon(repository, content):
    body = {
        "schemaVersion": 2,
        "mediaType": media_types.OCI_MANIFEST,
        "config": descriptor_of(push_blob(repository, b"{}"), "application/vnd.acme.rocket.config.v1+json"),
        "layers": [
            descriptor_of(push_blob(repository)),
            descriptor_of(push_blob(repository, content), "image/png", annotations={icons.MARK: ""}),
        ],
    }
    return put(repository, "1.0", json.dumps(body).encode())


def shown(client):
    return client.get("/api/v2.0/projects/app/repositories/web/artifacts/1.0").json()


def test_an_artifact_brings_its_icon_along(repository):
    push_with_icon(repository, PNG)
    guest = client_of(member_of(repository.project, BuiltIn.GUEST))
    artifact = shown(guest)
    assert artifact["type"] == "ROCKET"
    icon = guest.get(f"/api/v2.0/icons/{artifact['icon']}").json()
    assert (icon["content-type"], base64.b64decode(icon["content"])) == ("image/png", PNG)


def test_icons_of_hidden_artifacts_are_hidden(repository):
    digest = push_with_icon(repository, PNG).layers[1].digest
    for client in (client_of(make_principal()), client_of()):
        assert client.get(f"/api/v2.0/icons/{digest}").status_code == 404


@pytest.mark.parametrize("content", [b"<svg onload='alert(1)'/>", b"<html>", b"", PNG + bytes(icons.LARGEST)])
def test_what_is_no_picture_or_too_large_is_no_icon(repository, content):
    digest = push_with_icon(repository, content).layers[1].digest
    guest = client_of(member_of(repository.project, BuiltIn.GUEST))
    assert guest.get(f"/api/v2.0/icons/{digest}").status_code == 404


def test_every_kind_has_an_icon_for_everybody():
    for digest in {icons.of_accessory(kind) for kind in ("signature.cosign", "sbom.harbor", "subject.accessory")}:
        assert client_of().get(f"/api/v2.0/icons/{digest}").json()["content-type"] == "image/svg+xml"
    assert client_of().get("/api/v2.0/icons/sha256:short").status_code == 400
