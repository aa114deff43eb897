"""What artifacts bring for reading: build history, charts' files, a model's, an SBOM."""

import json
from typing import Any

import pytest

from accounts.models import BuiltIn
from registry.content import media_types
from tests.factories.accounts import make_principal, make_project, member_of
from tests.factories.http import client_of
from tests.factories.registry import descriptor_of, index_of, make_repository, push_blob, push_image, put
from tests.registry.content.test_archives import bomb, header_of, packed

pytestmark = pytest.mark.django_db
CHART_CONFIG = "application/vnd.cncf.helm.config.v1+json"
CHART_LAYER = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"


@pytest.fixture
def repository():
    return make_repository("app/web", make_project("app"))


@pytest.fixture
def guest(repository):
    return client_of(member_of(repository.project, BuiltIn.GUEST))


def push(repository, tag, config, config_type, *layers, **fields):
    """A manifest with this config; a layer is its content and what its descriptor says."""
    manifest = {
        "schemaVersion": 2,
        "mediaType": media_types.OCI_MANIFEST,
        "config": descriptor_of(push_blob(repository, config), config_type),
        "layers": [descriptor_of(push_blob(repository, content), **said) for content, said in layers],
    }
    return put(repository, tag, json.dumps(manifest | fields).encode())


def push_chart(repository, archive, **metadata):
    config = json.dumps({"name": "web", "version": "1.0.0", "apiVersion": "v2"} | metadata).encode()
    return push(repository, "1.0.0", config, CHART_CONFIG, (archive, {"media_type": CHART_LAYER}))


def ask(client, addition, reference="1.0.0"):
    return client.get(f"/api/v2.0/projects/app/repositories/web/artifacts/{reference}/additions/{addition}")


def test_the_build_history_is_what_the_config_says(repository, guest):
    history: list[dict[str, Any]] = [
        {"created": "2026-01-01T00:00:00Z", "created_by": "ADD rootfs.tar /", "comment": "first"},
        {"created_by": "CMD sh", "empty_layer": True, "author": "a", "odd": {"x": 1}},
    ]
    config = json.dumps({"architecture": "amd64", "os": "linux", "history": history}).encode()
    push(repository, "1.0.0", config, "application/vnd.oci.image.config.v1+json", (b"layer", {}))
    answer = ask(guest, "build_history")
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    del history[1]["odd"]
    assert answer.json() == history


@pytest.mark.parametrize("config", [b"{}", b"[]", b"no json", b"[" * 100_000, b'{"history": {}}', b'{"history": [3]}'])
def test_a_config_that_tells_nothing_has_an_empty_history(repository, guest, config):
    push(repository, "1.0.0", config, "application/vnd.oci.image.config.v1+json", (b"layer", {}))
    answer = ask(guest, "build_history")
    assert (answer.status_code, answer.json()) == (200, [])


def test_a_charts_files_come_from_its_own_folder(repository, guest):
    archive = packed(
        ("web/Chart.yaml", b"name: web"),
        ("web/charts/db/values.yaml", b"db: true"),
        ("web/values.yaml", b"replicas: 1"),
        ("web/README.md", "# Größe".encode()),
    )
    push_chart(repository, archive)
    values, readme = ask(guest, "values.yaml"), ask(guest, "readme.md")
    assert (values.content, values["Content-Type"]) == (b"replicas: 1", "text/plain; charset=utf-8")
    assert (readme.content.decode(), readme["Content-Type"]) == ("# Größe", "text/markdown; charset=utf-8")


def test_nothing_of_an_addition_is_for_browsers_to_run(repository, guest):
    push_chart(repository, packed(("web/README.md", b"<script>alert(1)</script>")))
    answer = ask(guest, "readme.md")
    assert answer.content == b"<script>alert(1)</script>"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")


def test_a_charts_dependencies_are_those_of_its_metadata(repository, guest):
    wanted = [{"name": "db", "version": "1", "repository": "oci://example.org/charts"}]
    push_chart(repository, packed(), dependencies=[{**wanted[0], "alias": "x"}, "odd"])
    assert ask(guest, "dependencies").json() == wanted


def test_a_file_that_the_chart_lacks_is_not_found(repository, guest):
    push_chart(repository, packed(("web/Chart.yaml", b"name: web")))
    assert ask(guest, "readme.md").status_code == 404


def test_a_bomb_for_a_chart_is_refused_with_a_sentence(repository, guest):
    push_chart(repository, bomb(1 << 27, head=header_of(8**11 - 1)))
    answer = ask(guest, "readme.md")
    assert answer.status_code == 422
    assert "unpacks to more" in answer.json()["errors"][0]["message"]


def test_a_models_documents_and_files_are_told(repository, guest):
    kind, doc = "application/vnd.cncf.model.config.v1+json", "application/vnd.cncf.model.doc.v1"
    path = "org.cncf.model.filepath"
    push(
        repository,
        "1.0.0",
        b"{}",
        kind,
        (packed(("README.md", b"a model")), {"media_type": f"{doc}.tar+gzip", "annotations": {path: "README.md"}}),
        (b"free", {"media_type": f"{doc}.raw", "annotations": {path: "LICENSE"}}),
        (b"12345", {"media_type": "application/vnd.cncf.model.weight.v1.raw", "annotations": {path: "w/model.bin"}}),
    )
    assert ask(guest, "readme.md").content == b"a model"
    assert ask(guest, "license").content == b"free"
    assert {"name": "w/model.bin", "type": "file", "size": 5} in ask(guest, "files").json()


def test_an_sbom_that_hangs_on_the_artifact_is_shown(repository, guest):
    image = push_image(repository, "1.0.0")
    assert ask(guest, "sbom").status_code == 404
    sbom = b'{"spdxVersion": "SPDX-2.3"}'
    subject = {"mediaType": image.media_type, "digest": image.digest, "size": len(image.body)}
    kind = "application/vnd.goharbor.harbor.sbom.v1"
    push(repository, "sbom", b"{}", kind, (sbom, {}), artifactType=kind, subject=subject)
    assert ask(guest, "sbom").content == sbom


def test_what_this_kind_does_not_have_is_refused_as_in_harbor(repository, guest):
    image = push_image(repository, "1.0.0")
    put(repository, "index", index_of(image))
    assert ask(guest, "values.yaml").status_code == 400
    assert ask(guest, "build_history", "index").status_code == 400
    assert ask(guest, "nonsense").status_code == 422
    assert ask(guest, "build_history", "absent").status_code == 404


def test_only_who_may_read_them_reads_additions(repository):
    push_image(repository, "1.0.0")
    assert ask(client_of(make_principal()), "build_history").status_code == 403
    assert ask(client_of(), "build_history").status_code == 401
