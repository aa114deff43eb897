"""Many tags of one repository."""

from concurrent.futures import ThreadPoolExecutor

from tests.engines import images
from tests.engines.docker import Docker
from tests.engines.podman import Podman
from tests.engines.registries import Registry
from tests.engines.skopeo import Skopeo


def test_skopeo_lists_five_hundred_tags(podman: Podman, skopeo: Skopeo, developer: Registry):
    first = developer.reference("many", "tag-000")
    podman.make(first, images.archive({"file": b"content"}), "/file")
    podman.login(developer)
    podman.push(first)
    path = f"/v2/{developer.repository('many')}/manifests"
    names = [f"tag-{number:03}" for number in range(500)]
    with developer.client() as client, ThreadPoolExecutor(4) as pool:
        manifest = client.get(f"{path}/tag-000", headers={"Accept": "*/*, application/vnd.oci.image.manifest.v1+json"})
        media_type = {"Content-Type": manifest.headers["Content-Type"]}

        def put(name: str) -> int:
            return client.put(f"{path}/{name}", content=manifest.content, headers=media_type).status_code

        assert set(pool.map(put, names)) == {201}
    skopeo.login(developer)
    assert sorted(skopeo.tags(first.removesuffix(":tag-000"))) == names


def test_docker_pulls_every_tag_of_a_repository(docker: Docker, developer: Registry):
    names = [developer.reference("all-tags", tag) for tag in ("one", "two", "three")]
    docker.login(developer)
    for name in names:
        docker.make(name, images.archive({"file": name.encode()}), "/file")
        docker.push(name)
    docker.forget()
    docker("pull", "--all-tags", names[0].removesuffix(":one"))
    assert sorted(docker("images", "--format={{.Repository}}:{{.Tag}}").split()) == sorted(names)


def test_a_tag_that_moves_brings_the_new_image(docker: Docker, podman: Podman, developer: Registry):
    reference = developer.reference("moving")
    docker.login(developer)
    podman.login(developer)
    for greeting in ("first", "second"):
        docker.make(reference, images.rootfs({"greeting": greeting.encode()}), "/bin/cat", "/greeting")
        docker.push(reference)
        podman.pull(reference)
        assert podman.run(reference) == greeting
