"""One name for several platforms."""

import pytest

from tests.engines import images
from tests.engines.containerd import Containerd
from tests.engines.docker import Docker
from tests.engines.podman import Podman
from tests.engines.registries import Registry
from tests.engines.skopeo import Skopeo

ARCHITECTURES = ("amd64", "arm64")
INDEX_TYPES = {
    "oci": "application/vnd.oci.image.index.v1+json",
    "v2s2": "application/vnd.docker.distribution.manifest.list.v2+json",
}


def push_index(podman: Podman, registry: Registry, name: str, form: str) -> str:
    """An index of one image for each architecture, which says whose it is, made by buildah and pushed by podman."""
    reference = registry.reference(name)
    podman("manifest", "create", f"localhost/{name}")
    for architecture in ARCHITECTURES:
        rootfs = podman.folder / "rootfs.tar"
        rootfs.write_bytes(images.rootfs({"greeting": f"for {architecture}".encode()}))
        container = podman.build("from", "scratch")
        podman.build("add", container, rootfs, "/")
        podman.build("config", "--arch", architecture, "--cmd", "/bin/cat /greeting", container)
        podman.build("commit", "--rm", "--format", "oci" if form == "oci" else "docker", "--manifest", name, container)
    podman.login(registry)
    podman(
        "manifest",
        "push",
        "--all",
        "--format",
        form,
        "--tls-verify=false",
        f"localhost/{name}",
        f"docker://{reference}",
    )
    podman.forget()
    return reference


@pytest.mark.parametrize("form", ["oci", "v2s2"])
def test_an_index_brings_each_engine_the_image_of_its_platform(
    form: str, docker: Docker, podman: Podman, containerd: Containerd, skopeo: Skopeo, developer: Registry
):
    reference = push_index(podman, developer, f"several-{form}", form)
    skopeo.login(developer)
    assert skopeo.manifest(reference)["mediaType"] == INDEX_TYPES[form]
    for engine in (docker, podman, containerd):
        engine.login(developer)
        engine.pull(reference)
        assert engine.run(reference) == "for amd64"


def test_podman_pulls_another_platform_where_it_is_asked_to(podman: Podman, developer: Registry):
    reference = push_index(podman, developer, "other-platform", "oci")
    podman.pull(reference, "--arch=arm64")
    assert podman("inspect", "--format={{.Architecture}}", reference).strip() == "arm64"


def test_skopeo_copies_an_index_with_all_that_it_points_at(podman: Podman, skopeo: Skopeo, developer: Registry):
    source, target = push_index(podman, developer, "index-source", "oci"), developer.reference("index-target")
    skopeo.login(developer)
    skopeo.copy(f"docker://{source}", f"docker://{target}", "--all")
    copied = skopeo.manifest(target)
    assert copied == skopeo.manifest(source)
    for child in copied["manifests"]:
        assert skopeo.manifest(developer.reference("index-target", child["digest"]))["layers"]
