"""What guests, strangers and nobody may do, as their tools show it."""

from collections.abc import Callable

import pytest

from tests.engines import images
from tests.engines.containerd import Containerd
from tests.engines.docker import Docker
from tests.engines.podman import Podman
from tests.engines.programs import Failed
from tests.engines.registries import Registry, RoleId

SHOW = ("/bin/cat", "/greeting")
REFUSED = r"(?i)denied|unauthorized|not allowed|forbidden"


@pytest.fixture(autouse=True)
def _needs_roles(registry: Registry) -> None:
    if registry.is_stock:
        pytest.skip("the stock registry knows no roles")


@pytest.fixture
def push(podman: Podman) -> Callable[[Registry, str], str]:
    """Push a small image of this name as this user; its reference."""

    def image(registry: Registry, name: str) -> str:
        reference = registry.reference(name)
        podman.make(reference, images.rootfs({"greeting": name.encode()}), *SHOW)
        podman.login(registry)
        podman.push(reference)
        podman.logout(registry)
        podman.forget()
        return reference

    return image


def test_a_guest_pulls_and_may_not_push(
    docker: Docker, registry: Registry, developer: Registry, push: Callable[[Registry, str], str]
):
    guest = registry.within("journeys").join(registry.make_user("gus"), RoleId.GUEST)
    reference = push(developer, "for-guests")
    docker.login(guest)
    docker.pull(reference)
    assert docker.run(reference) == "for-guests"
    docker.tag(reference, guest.reference("by-guest"))
    with pytest.raises(Failed, match=REFUSED):
        docker.push(guest.reference("by-guest"))


def test_a_stranger_is_told_the_same_of_a_hidden_project_and_of_none(
    docker: Docker, registry: Registry, developer: Registry, push: Callable[[Registry, str], str]
):
    hidden = push(developer, "hidden")
    docker.login(registry.make_user("sam"))
    said = []
    for reference in (hidden, developer.within("absentee").reference("hidden")):
        with pytest.raises(Failed, match=REFUSED) as refusal:
            docker.pull(reference)
        said.append(str(refusal.value).replace("absentee", "journeys"))
    assert said[0] == said[1]


def test_nobody_pulls_from_a_public_project_and_may_not_push(
    docker: Docker, containerd: Containerd, registry: Registry, push: Callable[[Registry, str], str]
):
    reference = push(registry, "for-all")
    for engine in (docker, containerd):
        engine.logout(registry)
        engine.pull(reference)
        assert engine.run(reference) == "for-all"
        engine.tag(reference, registry.reference("by-nobody"))
        with pytest.raises(Failed, match=REFUSED + "|no basic auth credentials|401"):
            engine.push(registry.reference("by-nobody"))


def test_a_stale_password_still_pulls_what_is_public(
    podman: Podman, containerd: Containerd, registry: Registry, push: Callable[[Registry, str], str]
):
    reference = push(registry, "for-the-stale")
    podman.pull(reference, "--creds=admin:stale")
    assert podman.run(reference) == "for-the-stale"
    containerd.login(registry, "stale")
    containerd.pull(reference)
    assert containerd.run(reference) == "for-the-stale"


def test_a_stale_password_pulls_nothing_private(
    podman: Podman, developer: Registry, push: Callable[[Registry, str], str]
):
    reference = push(developer, "not-for-the-stale")
    with pytest.raises(Failed, match=REFUSED):
        podman.pull(reference, "--creds=dora:stale")
