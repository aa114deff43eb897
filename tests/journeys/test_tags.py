"""Many tags of one repository."""

from concurrent.futures import ThreadPoolExecutor

from tests.engines import images
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
