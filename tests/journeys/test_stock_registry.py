"""Docker's own registry serves our folder as its own."""

from pathlib import Path

import pytest

from tests.engines import images, registries
from tests.engines.podman import Podman
from tests.engines.programs import Failed
from tests.engines.registries import Registry
from tests.engines.skopeo import Skopeo


def test_a_stock_registry_serves_from_our_folder_what_was_pushed_and_not_what_was_deleted(
    podman: Podman, skopeo: Skopeo, maintainer: Registry, tmp_path: Path
):
    deleted, kept, moved = (maintainer.reference("stock", tag) for tag in ("deleted", "kept", "moved"))
    podman.login(maintainer)
    for reference, greeting in ((deleted, "deleted"), (kept, "kept"), (moved, "old"), (moved, "new")):
        podman.make(reference, images.rootfs({"greeting": greeting.encode()}), "/bin/cat", "/greeting")
        podman.push(reference)
    skopeo.login(maintainer)
    skopeo.delete(deleted)
    podman.forget()
    with registries.stock(tmp_path, maintainer.storage) as stock:
        there = stock.within(maintainer.project)
        podman.login(there)
        skopeo.login(there)
        assert sorted(skopeo.tags(there.reference("stock").removesuffix(":1"))) == ["kept", "moved"]
        with pytest.raises(Failed, match=r"(?i)manifest unknown"):
            podman.pull(there.reference("stock", "deleted"))
        for tag, greeting in (("kept", "kept"), ("moved", "new")):
            podman.pull(there.reference("stock", tag))
            assert podman.run(there.reference("stock", tag)) == greeting


def test_both_keep_the_same_push_in_the_same_files(skopeo: Skopeo, developer: Registry, tmp_path: Path):
    layout = images.layout(tmp_path / "image", [images.archive({"greeting": b"hello"})], ["/bin/true"], "1")
    with registries.stock(tmp_path, tmp_path / "stock") as stock:
        there = stock.within(developer.project)
        for registry in (developer, there):
            skopeo.login(registry)
            skopeo.copy(layout.for_skopeo, f"docker://{registry.reference('tree', '1')}")
        ours, theirs = (files_of(registry, f"{developer.project}/tree") for registry in (developer, there))
    assert ours == theirs != {}


def files_of(registry: Registry, repository: str) -> dict[str, bytes]:
    """The repository's files with their content, and those of the blobs that they name, below docker/registry/v2."""
    top = registry.storage / "docker/registry/v2"
    links = {file: file.read_bytes() for file in (top / "repositories" / repository).rglob("link")}
    digests = {content.decode().removeprefix("sha256:") for content in links.values()}
    blobs = {
        file: file.read_bytes() for digest in digests for file in [top / f"blobs/sha256/{digest[:2]}/{digest}/data"]
    }
    return {str(file.relative_to(top)): content for file, content in (links | blobs).items()}
