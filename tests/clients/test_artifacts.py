"""What clients push, as the API of the console tells of it: a real image, by skopeo, at a running server."""

from tests.engines.images import Layout
from tests.engines.registries import Registry
from tests.engines.skopeo import Skopeo


def test_what_skopeo_pushes_is_told_on_the_api(skopeo: Skopeo, developer: Registry, image: Layout):
    skopeo.login(developer)
    skopeo.copy(image.for_skopeo, f"docker://{developer.reference('told/web', '1.0')}")
    skopeo.copy(image.for_skopeo, f"docker://{developer.reference('told/web', 'latest')}")
    below = f"/api/v2.0/projects/{developer.project}/repositories/told%252Fweb"
    with developer.client() as client:
        repository = client.get(below).json()
        assert (repository["name"], repository["artifact_count"]) == (f"{developer.project}/told/web", 1)
        (shown,) = client.get(f"{below}/artifacts", params={"with_accessory": "true"}).json()
        assert (shown["digest"], shown["type"]) == (image.digest, "IMAGE")
        assert {tag["name"] for tag in shown["tags"]} == {"1.0", "latest"}
        assert shown["extra_attrs"]["architecture"] == "amd64"
        assert shown["extra_attrs"]["config"] == {"Cmd": ["/bin/cat", "/greeting"]}
        assert shown["size"] == sum(
            each.stat().st_size for each in (image.folder / "blobs/sha256").iterdir() if each.is_file()
        )
        moves = client.get(f"{below}/history").json()
        assert [(move["tag"], move["to"]) for move in moves] == [("latest", image.digest), ("1.0", image.digest)]
        for written in ("told/web", "told%2Fweb", "told%252Fweb"):
            path = f"/api/v2.0/projects/{developer.project}/repositories/{written}/artifacts/1.0"
            assert client.get(path).json()["digest"] == image.digest
