"""Pushes and pulls that break off, and go on."""

import hashlib
import signal
import subprocess
import time

import httpx
import pytest

from tests.engines import images
from tests.engines.docker import Docker
from tests.engines.images import MIB
from tests.engines.podman import Podman
from tests.engines.programs import Failed
from tests.engines.proxy import Proxy
from tests.engines.registries import Registry
from tests.engines.skopeo import Skopeo

LIST = ("/bin/ls", "-l", "/noise")


@pytest.mark.both_databases
def test_a_push_killed_in_the_middle_of_a_layer_succeeds_when_it_is_repeated(
    podman: Podman, skopeo: Skopeo, developer: Registry, proxy: Proxy
):
    through = developer.at(proxy.host)
    local, target = "localhost/killed", through.reference("killed")
    podman.make(local, images.rootfs({"noise": images.noise(16 * MIB)}), *LIST)
    podman("push", local, f"oci-archive:{skopeo.folder}/image.tar")
    skopeo.login(through)
    proxy.bytes_per_second = 8 * MIB
    command = skopeo.copying(f"oci-archive:{skopeo.folder}/image.tar", f"docker://{target}")
    with subprocess.Popen(command, env=skopeo.environ, stderr=subprocess.DEVNULL) as pushing:
        proxy.wait_for(6 * MIB)
        pushing.send_signal(signal.SIGKILL)
    proxy.cut()
    with pytest.raises(Failed, match=r"(?i)manifest unknown|not found|name unknown"):
        skopeo.digest(target)
    proxy.bytes_per_second = 1024 * MIB
    podman.login(through)
    podman.tag(local, target)
    podman.push(target)
    podman.forget()
    podman.pull(target)
    assert "/noise" in podman.run(target)


def test_docker_goes_on_by_itself_when_the_wire_is_cut_in_the_middle_of_a_layer(
    docker: Docker, developer: Registry, proxy: Proxy
):
    through = developer.at(proxy.host)
    reference = through.reference("cut")
    docker.make(reference, images.rootfs({"noise": images.noise(16 * MIB)}), *LIST)
    docker.login(through)
    proxy.up.break_after(6 * MIB)
    docker.push(reference)
    assert proxy.cuts == 1
    docker.forget()
    docker.pull(reference)
    assert "/noise" in docker.run(reference)


def test_docker_goes_on_by_itself_when_a_pull_is_cut(docker: Docker, developer: Registry, proxy: Proxy):
    through = developer.at(proxy.host)
    reference = through.reference("cut-pull")
    docker.make(reference, images.rootfs({"noise": images.noise(16 * MIB)}), *LIST)
    docker.login(through)
    docker.push(reference)
    docker.forget()
    proxy.down.break_after(6 * MIB)
    docker.pull(reference)
    assert proxy.cuts == 1
    assert "/noise" in docker.run(reference)


def test_an_upload_goes_on_where_the_cut_left_it(developer: Registry, proxy: Proxy):
    if developer.is_stock:
        pytest.skip("the stock registry forgets an upload that was cut")
    content = images.noise(4 * MIB)
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    uploads = f"/v2/{developer.repository('resumed')}/blobs/uploads/"
    with developer.client() as direct, developer.at(proxy.host).client() as cut:
        location = httpx.URL(direct.post(uploads).headers["Location"]).raw_path.decode()
        proxy.up.break_after(3 * MIB)
        with pytest.raises(httpx.TransportError):
            cut.patch(location, content=content, headers={"Content-Type": "application/octet-stream"})
        kept = offset_after_cut(direct, location)
        assert 0 < kept < len(content)
        first_byte, last_byte = kept, len(content) - 1
        rest = direct.patch(location, content=content[kept:], headers={"Content-Range": f"{first_byte}-{last_byte}"})
        assert rest.status_code == 202, rest.text
        assert rest.headers["Range"] == f"0-{last_byte}"
        done = direct.put(rest.headers["Location"], params={"digest": digest})
        assert done.status_code == 201, done.text
        assert direct.get(f"/v2/{developer.repository('resumed')}/blobs/{digest}").content == content


def offset_after_cut(client: httpx.Client, location: str) -> int:
    """Where the registry wants the upload to go on, as soon as it has seen the cut: the byte after its Range."""
    deadline = time.monotonic() + 10
    while True:
        status = client.get(location)
        assert status.status_code == 204, status.text
        if status.headers["Range"] != "0-0":
            return int(status.headers["Range"].partition("-")[2]) + 1
        assert time.monotonic() < deadline
        time.sleep(0.05)
