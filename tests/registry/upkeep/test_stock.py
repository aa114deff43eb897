"""Docker's own registry and ours on the same folder: what one wrote, the other serves byte for byte."""

import json
import time
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.models import Project
from registry.content import digests, documents, media_types
from registry.models import Tag
from registry.storage import paths
from tests import server as servers
from tests.engines import images
from tests.engines.registries import Registry
from tests.engines.skopeo import Skopeo
from tests.factories.registry import image_of, index_of, make_repository, push_blob, push_image, put
from tests.registry.upkeep.wire import Wire, blobs_of, bytes_of, served

pytestmark = pytest.mark.django_db(transaction=True)

CONFIG = b'{"architecture": "amd64", "os": "linux"}'


def image(
    wire: Wire, name: str, layer: bytes, media_type: str = media_types.DOCKER_MANIFEST, **fields: object
) -> bytes:
    """An image's manifest, its blobs pushed."""
    descriptors = [
        {"mediaType": kind, "digest": wire.push_blob(name, content), "size": len(content)}
        for kind, content in (
            ("application/vnd.docker.container.image.v1+json", CONFIG),
            ("application/vnd.docker.image.rootfs.diff.tar.gzip", layer),
        )
    ]
    document = {"schemaVersion": 2, "mediaType": media_type, "config": descriptors[0], "layers": descriptors[1:]}
    return json.dumps(document | fields, indent=3).encode()


def printed(*command: str) -> str:
    output = StringIO()
    call_command(*command, stdout=output, stderr=output)
    return output.getvalue()


def files_below(folder: Path) -> dict[str, tuple[int, int]]:
    """Each file with its inode and the time of its last change."""
    found = (file for file in folder.rglob("*") if file.is_file())
    return {str(file.relative_to(folder)): (file.stat().st_ino, file.stat().st_mtime_ns) for file in found}


def test_what_a_stock_registry_wrote_is_adopted_in_place(
    admin, stock: Registry, folder: Path, skopeo: Skopeo, tmp_path
):
    with stock.client() as client:
        wire = Wire(client)
        layout = images.layout(tmp_path / "layout", [images.archive({"a": b"x" * 70_000})], ["true"])
        skopeo.login(stock)
        skopeo.copy(layout.for_skopeo, f"docker://{stock.reference('by-skopeo')}")
        skopeo.copy(layout.for_skopeo, f"docker://{stock.reference('by-skopeo', 'docker')}", "--format", "v2s2")
        children = [image(wire, "team/deep/multi", content) for content in (b"one", b"two")]
        listed = [
            {"mediaType": media_types.DOCKER_MANIFEST, "digest": digests.of(child), "size": len(child)}
            for child in children
        ]
        for child in children:
            wire.put("team/deep/multi", digests.of(child), child, media_types.DOCKER_MANIFEST)
        index = json.dumps({"schemaVersion": 2, "mediaType": media_types.DOCKER_LIST, "manifests": listed}).encode()
        wire.put("team/deep/multi", "latest", index, media_types.DOCKER_LIST)
        for moved in (b"old", b"new"):
            wire.put("library/moving", "1", image(wire, "library/moving", moved), media_types.DOCKER_MANIFEST)
        bare = json.dumps({"schemaVersion": 2, "manifests": []}).encode()
        wire.put("library/bare", "index", bare, media_types.OCI_INDEX)
        wire.put("lonely", "1", image(wire, "lonely", b"alone"), media_types.DOCKER_MANIFEST)
        pushed = {
            (name, tag): wire.manifest(name, tag)
            for name in ("library/by-skopeo", "team/deep/multi", "library/moving", "library/bare", "lonely")
            for tag in wire.tags(name)
        }
    before = files_below(folder)

    said = printed("adopt")

    assert "lonely: its name has one part" in said
    assert "new repositories 4" in said
    assert "Not taken in" in said
    assert files_below(folder) == before
    del pushed["lonely", "1"]
    assert len(pushed) == 5
    for (name, tag), (body, media_type) in pushed.items():
        found = served(name, tag)
        assert found is not None, (name, tag)
        assert (found.payload, found.media_type, found.digest) == (body, media_type, digests.of(body))
        for digest in blobs_of(documents.parse(body, media_type)):
            assert digests.of(bytes_of(name, digest)) == digest
    team = Project.objects.get(name="team")
    assert (team.is_public, team.owner) == (False, admin)
    assert "No damage." in printed("fsck", "--hash")

    assert "taken in: nothing" in printed("adopt")
    said = printed("adopt", "--default-project", "library")
    assert "new repositories 1" in said
    assert "Not taken in" not in said
    assert served("library/lonely", "1") is not None
    assert "No damage." in printed("fsck", "--hash", "--links")


def test_a_running_server_adopts_by_a_job_and_serves_at_once(
    stock: Registry, folder: Path, new_database, skopeo, tmp_path
):
    layout = images.layout(tmp_path / "layout", [images.noise(300_000), images.noise(10)], ["true"])
    skopeo.login(stock)
    skopeo.copy(layout.for_skopeo, f"docker://{stock.reference('app')}", "--all")
    server = servers.start(tmp_path, database_url=new_database(), STORAGE_URL=f"file://{folder}")
    try:
        ours = Registry(f"{server.host}:{server.port}", "admin", server.admin_password, folder)
        assert "takes it in" in server.manage("adopt", "--by-job")
        skopeo.login(ours)
        deadline = time.monotonic() + 60
        with ours.client() as client:
            while not (found := client.get("/v2/library/app/tags/list")).is_success:
                assert time.monotonic() < deadline, found.text
                time.sleep(0.2)
        assert found.json()["tags"] == ["1"]
        skopeo.copy(f"docker://{ours.reference('app')}", f"oci:{tmp_path}/pulled:1")
        pulled = {file.name for file in (tmp_path / "pulled" / "blobs" / "sha256").iterdir()}
        assert pulled == {file.name for file in (tmp_path / "layout" / "blobs" / "sha256").iterdir()}
        assert "No damage." in server.manage("fsck", "--hash", "--links")
    finally:
        server.stop()


def test_a_blob_that_was_pushed_by_its_sha512_is_adopted_under_both_digests(admin, stock: Registry, folder: Path):
    content = b"known by two digests"
    with stock.client() as client:
        digest = Wire(client).push_blob("library/app", content, "sha512")
    printed("adopt")
    assert bytes_of("library/app", digest) == content
    assert (
        len({folder.joinpath(paths.blob(digests.of(content, each))).stat().st_ino for each in ("sha256", "sha512")})
        == 1
    )
    assert "No damage." in printed("fsck", "--hash", "--links")
    assert "taken in: nothing" in printed("adopt")


def test_our_folder_is_served_by_a_stock_registry(folder: Path, stock: Registry):
    plain = make_repository("library/plain")
    multi = make_repository("library/multi/arch", plain.project)
    push_image(plain, "1")
    shared = push_blob(plain, b"shared" * 1000)
    push_image(plain, "2", shared)
    push_image(plain, "1")
    put(plain, "sha512", image_of(plain, push_blob(plain, b"long digest", algorithm="sha512")))
    children = [push_image(multi, tag) for tag in ("amd64", "arm64")]
    put(multi, "latest", index_of(*children))
    push_image(
        multi, "subject", subject={"mediaType": media_types.OCI_MANIFEST, "digest": children[0].digest, "size": 9}
    )
    with stock.client() as client:
        wire = Wire(client)
        for repository in (plain, multi):
            tags = sorted(Tag.objects.filter(repository=repository).values_list("name", flat=True))
            assert wire.tags(repository.name) == tags
            for tag in tags:
                found = served(repository.name, tag)
                assert found is not None
                assert wire.manifest(repository.name, tag) == (found.payload, found.media_type)
                for digest in blobs_of(documents.parse(found.payload, found.media_type)):
                    assert wire.blob(repository.name, digest) == bytes_of(repository.name, digest)
        assert wire.client.get("/v2/_catalog").json() == {"repositories": ["library/multi/arch", "library/plain"]}
