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
