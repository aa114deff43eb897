"""Releases are pushed by CI alone: developers have their role for all tags but those, and skopeo says so."""

import re

import pytest

from tests.engines import images
from tests.engines.docker import Docker
from tests.engines.programs import Failed
from tests.engines.registries import Registry, RoleId
from tests.engines.skopeo import Skopeo


@pytest.fixture(autouse=True)
def _needs_roles(registry: Registry) -> None:
    if registry.is_stock:
        pytest.skip("the stock registry knows no roles")


def test_developers_push_all_tags_but_releases(docker: Docker, skopeo: Skopeo, registry: Registry):
    project = registry.make_project("releases")
    ci = project.join(registry.make_user("ci"), RoleId.DEVELOPER)
    dan = project.join(registry.make_user("dan"), RoleId.GUEST)
    project.grant(dan, RoleId.DEVELOPER, tags="!release-*")
    built = dan.reference("app", "1.0")
    docker.make(built, images.rootfs({"greeting": b"built"}), "/bin/cat", "/greeting")
    docker.login(dan)
    docker.push(built)

    skopeo.login(dan)
    skopeo.copy(f"docker://{built}", f"docker://{dan.reference('app', '1.1')}")
    release = dan.reference("app", "release-1")
    with pytest.raises(Failed, match=r"dan may not push to releases/app:release-1") as refused:
        skopeo.copy(f"docker://{built}", f"docker://{release}")
    assert "allowed for tags !release-* only" in str(refused.value)

    skopeo.login(ci)
    skopeo.copy(f"docker://{built}", f"docker://{release}")
    skopeo.login(dan)
    assert skopeo.digest(release) == skopeo.digest(built)

    number = re.search(r"\(why: ([a-z0-9]{7})\)", str(refused.value))
    assert number
    with dan.client() as client:
        shown = client.get(f"/api/v2.0/refusals/{number[1]}").json()
    assert {"subject": "releases", "says": "developer, for tags !release-*"} in shown["reasons"]
