"""From where somebody came: the audit log tells it behind a proxy too, and nobody can forge it."""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests import server as servers
from tests.engines import programs
from tests.server import Server

PROXY, CLIENT, STRANGER = "127.0.0.9", "127.0.0.7", "6.6.6.6"
FORGED = {"X-Forwarded-For": STRANGER, "X-Real-IP": STRANGER, "Forwarded": f"for={STRANGER}", "Remote-User": "admin"}
HAPROXY = """
defaults
    mode http
    timeout connect 5s
    timeout client 30s
    timeout server 30s
frontend all
    bind {listen}
    option forwardfor
    default_backend roadstead
backend roadstead
    source {source}
    server one 127.0.0.1:{port}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str]) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    started = servers.start(folder, database_url=new_database(), ROADSTEAD_TRUSTED_PROXIES=PROXY)
    yield started
    started.stop()


@pytest.fixture(scope="module")
def haproxy(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a proxy before the server, which comes to it from PROXY."""
    program = shutil.which("haproxy", path=f"{programs.PATH}:/usr/sbin")
    if program is None:
        pytest.skip("haproxy is not installed")
    folder, port = tmp_path_factory.mktemp("haproxy"), programs.free_port()
    file = folder / "haproxy.cfg"
    file.write_text(HAPROXY.format(listen=f"127.0.0.1:{port}", source=PROXY, port=server.port))
    log = folder / "log"
    process = programs.start([program, "-db", "-f", file], {"PATH": programs.PATH}, log)
    try:
        programs.wait_until(lambda: programs.answers(port), process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        programs.stop(process)


def sign_in_from(address: str, url: str, name: str) -> None:
    """A sign-in that fails, and is recorded."""
    with httpx.Client(transport=httpx.HTTPTransport(local_address=address), base_url=url) as client:
        answer = client.get("/api/v2.0/users", auth=(name, "Wrong-Horse-1"), headers=FORGED)
    assert answer.status_code == 401


def address_of(server: Server, name: str) -> str:
    """The address that the audit log has for that sign-in."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        asked = {"q": f"username={name}"}
        auth = ("admin", server.admin_password)
        records = httpx.get(f"{server.url}/api/v2.0/auditlog-exts", params=asked, auth=auth).json()
        if records:
            return str(records[0]["client_address"])
        time.sleep(0.1)
    raise AssertionError(f"there is no record of {name}")


def test_behind_a_proxy_it_is_the_clients(server: Server, haproxy: str):
    sign_in_from(CLIENT, haproxy, "behind")
    assert address_of(server, "behind") == CLIENT


def test_nobody_else_is_believed(server: Server):
    sign_in_from(CLIENT, server.url, "direct")
    assert address_of(server, "direct") == CLIENT


def test_no_header_signs_anybody_in(server: Server, haproxy: str):
    for url in (server.url, haproxy):
        headers = {**FORGED, "X-WEBAUTH-USER": "admin", "Remote_User": "admin"}
        assert httpx.get(f"{url}/api/v2.0/configurations", headers=headers).status_code == 401


def test_the_file_of_the_audit_key_is_for_its_owner_only(server: Server):
    assert Path(server.data / "secrets" / "audit").stat().st_mode & 0o077 == 0
    assert "As they were written" in server.manage("audit", "verify")
