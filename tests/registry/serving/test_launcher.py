"""One command starts everything, keeps it running, stops it in order and leaves nothing behind."""

import os
import signal
import stat
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests import server as servers
from tests.registry.serving.conftest import SITE
from tests.registry.serving.pushing import Pusher, digest_of
from tests.registry.serving.test_downloads import make_certificate
from tests.registry.serving.wire import Closed, Wire
from tests.server import ROOT, Server, free_port

MIB = 1 << 20


@pytest.fixture
def running(tmp_path: Path, new_database: Callable[[], str]) -> Iterator[Server]:
    started = servers.start(tmp_path, database_url=new_database(), ROADSTEAD_STOP_GRACE_SECONDS="8")
    yield started
    started.stop()


def processes(server: Server, word: str) -> list[int]:
    """The launcher's own children whose command line has this word."""
    return [pid for pid in servers.children_of(server.process.pid) if word in servers.command_line(pid)]


def wait_for(happened: Callable[[], object], *, seconds: float = 15.0) -> None:
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.05)


def serve(folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """A start that is expected to be refused."""
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "serve"],
        env={"PATH": os.environ["PATH"], "ROADSTEAD_DATA": str(folder / "data"), **environ},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_password_is_told_once_and_kept_for_its_owner(tmp_path: Path):
    first = servers.start(tmp_path)
    password = first.admin_password
    assert f"password   {password} " in first.output.read_text()
    assert stat.S_IMODE((first.data / "admin-password").stat().st_mode) == 0o600
    assert password not in "".join(map(servers.command_line, first.session()))
    assert first.stop() == 0
    second = servers.start(tmp_path)
    assert password not in second.output.read_text()
    assert "admin-password" in second.output.read_text()
    assert httpx.get(f"{second.url}/v2/", auth=("admin", password)).status_code == 200
    second.stop()
    assert password not in second.log.read_text()


def test_a_given_password_is_taken_and_told_nowhere(tmp_path: Path):
    started = servers.start(tmp_path, ROADSTEAD_ADMIN_PASSWORD="Correct4Horse")
    assert httpx.get(f"{started.url}/v2/", auth=("admin", "Correct4Horse")).status_code == 200
    started.stop()
    assert "Correct4Horse" not in started.output.read_text() + started.log.read_text()
    assert not (started.data / "admin-password").exists()


def test_a_web_process_that_dies_is_started_again(running: Server):
    killed = processes(running, "processes.web")
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    wait_for(lambda: len(set(processes(running, "processes.web")) - set(killed)) == 2)
    wait_for(lambda: httpx.get(f"{running.url}/v2/").status_code == 401)


def test_a_job_process_that_dies_is_started_again_and_leaves_no_orphans(running: Server):
    (killed,) = processes(running, "manage.py worker")
    wait_for(lambda: servers.children_of(killed))
    left = servers.children_of(killed)
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: processes(running, "manage.py worker") not in ([], [killed]))
    wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in left))


def test_nothing_outlives_a_launcher_that_is_killed(tmp_path: Path):
    started = servers.start(tmp_path)
    wait_for(lambda: len(started.session()) > 4)
    started.kill()
    again = servers.start(tmp_path, port=started.port)
    assert again.stop() == 0


def test_a_stop_lets_running_transfers_finish(running: Server):
    content = os.urandom(30 * MIB)
    with Pusher(running) as pusher, Wire(running, receive_buffer=65536) as reader, Wire(running) as writer:
        reader.send(reader.head("GET", f"/v2/library/app/blobs/{pusher.blob(content)}", **pusher.authorization))
        target = f"{pusher.begin()}?digest={digest_of(content[:MIB])}"
        writer.send(writer.head("PUT", target, MIB, **pusher.authorization) + content[:1000])
        assert reader._until(b"\r\n\r\n")
        running.process.send_signal(signal.SIGTERM)
        time.sleep(1)
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{running.url}/v2/")
        writer.send(content[1000:MIB])
        reply = writer.reply()
        assert (reply.status, reply.headers["connection"]) == (201, "close")
        assert reader.exactly(len(content)) == content
    assert running.process.wait(timeout=7) == 0


def test_a_stop_ends_idle_connections_at_once(running: Server):
    with Wire(running) as wire:
        wire.ask("GET", "/v2/")
        begun = time.monotonic()
        assert running.stop() == 0
        assert wire.is_closed()
    assert time.monotonic() - begun < 5


def test_a_stop_is_quick_after_transfers_that_were_cut(running: Server):
    with Pusher(running) as pusher:
        digest = pusher.blob(os.urandom(30 * MIB))
        for _ in range(10):
            with Wire(running) as cut, Wire(running) as other:
                cut.send(cut.head("GET", f"/v2/library/app/blobs/{digest}", **pusher.authorization))
                cut.exactly(100_000)
                other.send(other.head("PATCH", pusher.begin(), MIB, **pusher.authorization) + b"x" * 5000)
    begun = time.monotonic()
    assert running.stop() == 0
    assert time.monotonic() - begun < 5


def test_what_does_not_end_within_the_grace_is_cut(tmp_path: Path):
    started = servers.start(tmp_path, ROADSTEAD_STOP_GRACE_SECONDS="2")
    with Pusher(started) as pusher, Wire(started) as reader, Wire(started) as writer:
        digest = pusher.blob(os.urandom(30 * MIB))
        reader.send(reader.head("GET", f"/v2/library/app/blobs/{digest}", **pusher.authorization))
        writer.send(writer.head("PATCH", pusher.begin(), MIB, **pusher.authorization) + b"x" * 1000)
        time.sleep(0.5)
        begun = time.monotonic()
        assert started.stop() == 0
        assert 1.5 < time.monotonic() - begun < 6
        with pytest.raises(Closed):
            reader.exactly(30 * MIB)


def test_a_second_stop_waits_for_nobody(running: Server):
    with Pusher(running) as pusher, Wire(running) as writer:
        writer.send(writer.head("PATCH", pusher.begin(), MIB, **pusher.authorization) + b"x")
        time.sleep(0.2)
        running.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        running.process.send_signal(signal.SIGTERM)
        running.process.wait(timeout=6)


def test_a_port_that_is_taken_is_told_in_a_sentence_and_nothing_is_changed(tmp_path: Path, running: Server):
    (tmp_path / "other").mkdir()
    refused = serve(tmp_path / "other", ROADSTEAD_LISTEN=f"127.0.0.1:{running.port}")
    assert refused.returncode == 1
    assert refused.stderr == f"ROADSTEAD_LISTEN: cannot listen on 127.0.0.1:{running.port}: Address already in use\n"
    assert not (tmp_path / "other/data/roadstead.sqlite3").exists()


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"ROADSTEAD_LISTEN": "nowhere"}, "ROADSTEAD_LISTEN: 'nowhere' must be host:port"),
        ({"STORAGE_URL": "memory://"}, "STORAGE_URL: memory:// is for tests"),
        ({"ROADSTEAD_TLS_CERT": "some.pem"}, "ROADSTEAD_TLS_CERT and ROADSTEAD_TLS_KEY belong together"),
        ({"ROADSTEAD_TLS_CERT": "no.pem", "ROADSTEAD_TLS_KEY": "no.pem"}, "cannot be used: "),
        ({"ROADSTEAD_ADMIN_PASSWORD": "short"}, "ROADSTEAD_ADMIN_PASSWORD: a password has 8 to 128 characters"),
        ({"ROADSTEAD_TRUSTED_PROXIES": "10.0.0.0/99"}, "ROADSTEAD_TRUSTED_PROXIES: "),
    ],
    ids=lambda given: next(iter(given)) if isinstance(given, dict) else "",
)
def test_settings_that_cannot_be_served_with_are_told_in_a_sentence(
    tmp_path: Path, variables: dict[str, str], sentence: str
):
    refused = serve(tmp_path, **{"ROADSTEAD_LISTEN": f"127.0.0.1:{free_port()}", **variables})
    assert refused.returncode == 1
    assert sentence in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_a_certificate_of_another_key_is_refused(tmp_path: Path):
    certificate, _ = make_certificate(tmp_path / "one")
    _, key = make_certificate(tmp_path / "two")
    refused = serve(tmp_path, ROADSTEAD_TLS_CERT=str(certificate), ROADSTEAD_TLS_KEY=str(key))
    assert refused.returncode == 1
    assert "cannot be used" in refused.stderr


def test_a_system_that_never_starts_is_given_up(tmp_path: Path):
    broken = {**SITE, "DJANGO_SETTINGS_MODULE": "tests.registry.serving.broken_settings"}
    started = servers.start(tmp_path, wait=False, **broken)
    assert started.process.wait(timeout=60) == 1
    assert "does not start" in started.log.read_text()


def test_each_web_process_takes_its_part_of_the_clients(running: Server):
    with ExitStack() as stack:
        wires = [stack.enter_context(Wire(running)) for _ in range(24)]
        for wire in wires:
            wire.send(wire.head("GET", "/v2/"))
        # The first half of a request's number is its process's.
        taken = Counter(wire.reply().headers["x-request-id"][:8] for wire in wires)
    assert len(taken) == 2
    assert min(taken.values()) >= 8
