"""Every form in which podman, buildah, skopeo and docker send images."""

import json

import pytest

from tests.engines import images
from tests.engines.containerd import Containerd
from tests.engines.docker import Docker
from tests.engines.images import Layout
from tests.engines.podman import Podman
from tests.engines.programs import Failed
from tests.engines.registries import Registry
from tests.engines.skopeo import Skopeo

SHOW = ("/bin/cat", "/greeting")
MANIFEST_TYPES = {
    "oci": "application/vnd.oci.image.manifest.v1+json",
    "v2s2": "application/vnd.docker.distribution.manifest.v2+json",
}


@pytest.mark.parametrize("form", ["oci", "v2s2"])
@pytest.mark.parametrize("compression", ["gzip", "zstd", "zstd:chunked"])
def test_podman_pushes_each_form_and_compression_and_runs_it_again(
    podman: Podman, skopeo: Skopeo, developer: Registry, form: str, compression: str
):
    if form == "v2s2" and compression != "gzip":
        pytest.skip("Docker's form knows gzip only")
    reference = developer.reference(f"form-{form}-{compression.replace(':', '-')}")
    podman.make(reference, images.rootfs({"greeting": b"in every form"}), *SHOW)
    podman.login(developer)
    podman.push(reference, "--format", form, "--compression-format", compression)
    skopeo.login(developer)
    manifest = skopeo.manifest(reference)
    assert manifest["mediaType"] == MANIFEST_TYPES[form]
    assert {layer["mediaType"].partition("zstd")[1] for layer in manifest["layers"]} == {
        "zstd" if "zstd" in compression else ""
    }
    podman.forget()
    podman.pull(reference)
    assert podman.run(reference) == "in every form"


def test_containerd_runs_an_image_with_layers_in_zstd(podman: Podman, containerd: Containerd, developer: Registry):
    reference = developer.reference("zstd-in-containerd")
    podman.make(reference, images.rootfs({"greeting": b"unpacked from zstd"}), *SHOW)
    podman.login(developer)
    podman.push(reference, "--format=oci", "--compression-format=zstd")
    containerd.login(developer)
    containerd.pull(reference)
    assert containerd.run(reference) == "unpacked from zstd"


def test_buildah_pushes_what_it_built_and_builds_on_what_it_pulls(podman: Podman, developer: Registry):
    base, derived = developer.reference("buildah", "base"), developer.reference("buildah", "derived")
    podman.make(base, images.rootfs({"greeting": b"base"}), *SHOW)
    podman.login(developer)
    podman.build("push", "--tls-verify=false", base)
    podman.forget()
    container = podman.build("from", "--tls-verify=false", base)
    podman.build("run", "--isolation=chroot", container, "--", "/bin/sh", "-c", "echo derived >> /greeting")
    podman.build("commit", "--rm", "--tls-verify=false", container, f"docker://{derived}")
    podman.pull(derived)
    assert podman.run(derived) == "basederived\n"


@pytest.mark.parametrize("form", ["oci", "v2s2"])
def test_skopeo_copies_into_each_form_and_keeps_the_digest_on_the_way_back(
    skopeo: Skopeo, developer: Registry, image: Layout, form: str
):
    reference, copy = developer.reference("skopeo", form), developer.reference("skopeo-copy", form)
    skopeo.login(developer)
    skopeo.copy(image.for_skopeo, f"docker://{reference}", f"--format={form}")
    assert skopeo.manifest(reference)["mediaType"] == MANIFEST_TYPES[form]
    digest = skopeo.digest(reference)
    skopeo.copy(f"docker://{reference}", f"dir:{skopeo.folder}/copied", "--preserve-digests")
    skopeo.copy(f"dir:{skopeo.folder}/copied", f"docker://{copy}", "--preserve-digests")
    assert skopeo.digest(copy) == digest


def test_a_manifest_of_schema_1_is_refused(skopeo: Skopeo, developer: Registry, image: Layout):
    if developer.is_stock:
        pytest.skip("the stock registry still takes schema 1")
    skopeo.login(developer)
    with pytest.raises(Failed, match=r"(?i)manifest|unsupported"):
        skopeo.copy(image.for_skopeo, f"docker://{developer.reference('schema1')}", "--format=v2s1")


def test_skopeo_syncs_a_repository_with_all_its_tags(skopeo: Skopeo, developer: Registry, image: Layout):
    source = developer.reference("sync-source").removesuffix(":1")
    skopeo.login(developer)
    for tag in ("one", "two"):
        skopeo.copy(image.for_skopeo, f"docker://{source}:{tag}")
    there = f"{developer.host}/{developer.project}/synced"
    insecure = ["--src-tls-verify=false", "--dest-tls-verify=false"]
    skopeo("sync", *insecure, "--src=docker", "--dest=docker", source, there)
    assert sorted(skopeo.tags(f"{there}/sync-source")) == ["one", "two"]


def test_docker_makes_a_manifest_list_of_what_is_in_the_registry(docker: Docker, skopeo: Skopeo, developer: Registry):
    names = [developer.reference("docker-list", tag) for tag in ("amd64", "arm64", "all")]
    docker.login(developer)
    for name in names[:2]:
        docker.make(name, images.rootfs({"greeting": name.encode()}), *SHOW)
        docker.push(name)
    docker("manifest", "create", "--insecure", names[2], *names[:2])
    docker("manifest", "annotate", "--arch=arm64", names[2], names[1])
    docker("manifest", "push", "--insecure", names[2])
    skopeo.login(developer)
    children = skopeo.manifest(names[2])["manifests"]
    assert [child["platform"]["architecture"] for child in children] == ["amd64", "arm64"]
    docker.forget()
    docker.pull(names[2])
    assert docker.run(names[2]) == names[0]


def test_an_image_of_many_layers_goes_both_ways(skopeo: Skopeo, podman: Podman, developer: Registry):
    layers = [images.archive({f"file-{number:02}": b"content"}) for number in range(60)]
    made = images.layout(skopeo.folder / "many", [images.rootfs({}), *layers], ["/bin/ls", "/"])
    reference = developer.reference("many-layers")
    skopeo.login(developer)
    skopeo.copy(made.for_skopeo, f"docker://{reference}")
    assert len(json.loads((made.folder / "blobs/sha256" / made.digest[7:]).read_text())["layers"]) == 61
    podman.login(developer)
    podman.pull(reference)
    assert {f"file-{number:02}" for number in range(60)} <= set(podman.run(reference).split())
