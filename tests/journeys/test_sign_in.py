"""Signing in and out with each engine."""

import pytest

from tests.engines import images
from tests.engines.docker import Docker
from tests.engines.podman import Podman
from tests.engines.programs import Failed
from tests.engines.registries import Registry
from tests.engines.skopeo import Skopeo


def test_docker_signs_in(docker: Docker, developer: Registry):
    assert "Login Succeeded" in docker.login(developer)


def test_podman_signs_in(podman: Podman, developer: Registry):
    assert "Login Succeeded" in podman.login(developer)


def test_skopeo_signs_in(skopeo: Skopeo, developer: Registry):
    assert "Login Succeeded" in skopeo.login(developer)


def test_a_wrong_password_is_refused_by_every_client(
    docker: Docker, podman: Podman, skopeo: Skopeo, developer: Registry
):
    with pytest.raises(Failed, match=r"(?i)unauthorized|incorrect username or password"):
        docker.login(developer, "wrong")
    with pytest.raises(Failed, match=r"(?i)unauthorized|invalid username/password"):
        podman.login(developer, "wrong")
    with pytest.raises(Failed, match=r"(?i)unauthorized|invalid username/password"):
        skopeo.login(developer, "wrong")


def test_who_signed_out_can_push_no_more(docker: Docker, developer: Registry):
    reference = developer.reference("signed-out")
    docker.make(reference, images.archive({"file": b"content"}), "/file")
    docker.login(developer)
    docker.push(reference)
    docker.logout(developer)
    with pytest.raises(Failed, match=r"(?i)denied|unauthorized|no basic auth credentials"):
        docker.push(reference)


def test_podman_pulls_nothing_private_without_a_sign_in(podman: Podman, developer: Registry):
    reference = developer.reference("private")
    podman.make(reference, images.archive({"file": b"content"}), "/file")
    podman.login(developer)
    podman.push(reference)
    podman.logout(developer)
    podman.forget()
    with pytest.raises(Failed, match=r"(?i)unauthorized|authentication required|denied"):
        podman.pull(reference)
