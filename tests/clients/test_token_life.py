"""A push that takes longer than its tokens live."""

import subprocess
from collections.abc import Callable
from pathlib import Path

from tests import server as servers
from tests.engines import images, registries
from tests.engines.images import MIB
from tests.engines.proxy import Proxy
from tests.engines.skopeo import Skopeo


def test_one_layer_may_take_longer_than_a_token_lives(tmp_path: Path, new_database: Callable[[], str], skopeo: Skopeo):
    server = servers.start(tmp_path / "server", database_url=new_database())
    try:
        admin = registries.of(server)
        with admin.client() as client:
            assert client.put("/api/v2.0/configurations", json={"token_expiration": 1}).status_code == 200
        image = images.layout(skopeo.folder / "image", [images.rootfs({"noise": images.noise(20 * MIB)})], ["/noise"])
        with Proxy(admin.host) as proxy:
            through = admin.at(proxy.host)
            skopeo.login(through)
            proxy.bytes_per_second = 20 * MIB // 75
            command = skopeo.copying(image.for_skopeo, f"docker://{through.reference('slow')}")
            done = subprocess.run(command, env=skopeo.environ, capture_output=True, timeout=200, check=False)
        assert done.returncode == 0, done.stderr.decode()
        skopeo.login(admin)
        assert skopeo.digest(admin.reference("slow")) == image.digest
    finally:
        server.stop()
