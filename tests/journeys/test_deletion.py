"""What is deleted cannot be pulled; what shares its layers still can."""

import pytest

from tests.engines import images
from tests.engines.podman import Podman
from tests.engines.programs import Failed
from tests.engines.registries import Registry
from tests.engines.skopeo import Skopeo

SHOW = ("/bin/cat", "/greeting")


def test_an_image_deleted_by_skopeo_is_gone_and_its_neighbour_runs(
    podman: Podman, skopeo: Skopeo, maintainer: Registry
):
    base, derived = maintainer.reference("deleted", "base"), maintainer.reference("deleted", "derived")
    podman.make(base, images.rootfs({"greeting": b"I stay", "other": b"file"}), *SHOW)
    podman.derive(derived, base, "/bin/rm", "/other")
    podman.login(maintainer)
    podman.push(base)
    podman.push(derived)
    skopeo.login(maintainer)
    skopeo.delete(base)
    podman.forget()
    with pytest.raises(Failed, match=r"(?i)manifest unknown|not found"):
        podman.pull(base)
    podman.pull(derived)
    assert podman.run(derived) == "I stay"
    assert skopeo.tags(maintainer.reference("deleted").removesuffix(":1")) == ["derived"]


def test_a_deleted_image_can_be_pushed_again(podman: Podman, skopeo: Skopeo, maintainer: Registry):
    reference = maintainer.reference("pushed-again")
    podman.make(reference, images.rootfs({"greeting": b"back again"}), *SHOW)
    podman.login(maintainer)
    podman.push(reference)
    skopeo.login(maintainer)
    skopeo.delete(reference)
    podman.push(reference)
    podman.forget()
    podman.pull(reference)
    assert podman.run(reference) == "back again"


def test_a_developer_may_not_delete(podman: Podman, skopeo: Skopeo, developer: Registry):
    if developer.is_stock:
        pytest.skip("the stock registry knows no roles")
    reference = developer.reference("not-deleted")
    podman.make(reference, images.archive({"file": b"content"}), "/file")
    podman.login(developer)
    podman.push(reference)
    skopeo.login(developer)
    with pytest.raises(Failed, match=r"(?i)denied|unauthorized|not allowed|403"):
        skopeo.delete(reference)
    assert skopeo.digest(reference)
