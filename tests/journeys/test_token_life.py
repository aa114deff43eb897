"""An admin changes how long registry tokens live, while somebody pushes."""

import subprocess
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from accounts.tokens.claims import SERVICE
from tests import server as servers
from tests.engines import images, registries
from tests.engines.images import MIB
from tests.engines.proxy import Proxy
from tests.engines.registries import Registry, RoleId
from tests.engines.skopeo import Skopeo

LIVES = (1, 7, 30, 2)


@pytest.fixture(scope="module")
def admin(tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str]) -> Iterator[Registry]:
    """A registry of our own, with several processes that must all agree."""
    server = servers.start(tmp_path_factory.mktemp("registry"), database_url=new_database(), ROADSTEAD_WEB_WORKERS="3")
    yield registries.of(server)
    server.stop()


def set_life(admin: Registry, minutes: int) -> None:
    with admin.client() as client:
        answer = client.put("/api/v2.0/configurations", json={"token_expiration": minutes})
    assert answer.status_code == 200, answer.text


def lives_seen(registry: Registry) -> set[int]:
    """What new connections, which go to any of the processes, are told of their tokens."""
    found = set()
    for _ in range(20):
        asked = {"service": SERVICE, "scope": f"repository:{registry.repository('app')}:pull,push"}
        answer = httpx.get(f"{registry.url}/service/token", params=asked, auth=(registry.username, registry.password))
        found.add(answer.json()["expires_in"])
    return found


def test_the_next_token_of_every_process_carries_the_new_life(admin: Registry):
    for minutes in LIVES:
        set_life(admin, minutes)
        assert lives_seen(admin) == {minutes * 60}


@pytest.mark.both_databases
def test_a_push_that_runs_is_not_harmed(admin: Registry, skopeo: Skopeo):
    developer = admin.make_project("journeys").join(admin.make_user("dora"), RoleId.DEVELOPER)
    layers = (images.rootfs({f"noise{number}": images.noise(8 * MIB)}) for number in range(3))
    image = images.layout(skopeo.folder / "image", layers, ["/noise"])
    with Proxy(developer.host) as proxy:
        through = developer.at(proxy.host)
        skopeo.login(through)
        proxy.bytes_per_second = 12 * MIB
        target = through.reference("app")
        command = skopeo.copying(image.for_skopeo, f"docker://{target}")
        with subprocess.Popen(command, env=skopeo.environ, stderr=subprocess.PIPE) as pushing:
            for minutes, sent in zip(LIVES, range(4, 20, 4), strict=True):
                proxy.wait_for(sent * MIB)
                set_life(admin, minutes)
                time.sleep(0.05)
            assert pushing.poll() is None, "the push was over before the last change"
            _, said = pushing.communicate(timeout=60)
        assert pushing.returncode == 0, said.decode()
    skopeo.login(developer)
    assert skopeo.digest(developer.reference("app")) == image.digest
    with admin.client() as client:
        records = client.get("/api/v2.0/auditlog-exts", params={"q": "resource=~token_expiration"})
    assert int(records.headers["X-Total-Count"]) >= len(LIVES) - 1
