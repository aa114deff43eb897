"""The log: one line per request, that says enough and never too much."""

import json
import logging
import os
import pty
import subprocess
import sys
import time
from pathlib import Path

from registry.logs import HumanLines, JsonLines, shown
from tests.registry.serving.pushing import Pusher
from tests.registry.serving.wire import Wire
from tests.server import ROOT, Server, free_port


def test_a_request_leaves_one_line(site: Server):
    with Pusher(site) as pusher:
        pusher.manifest("1", b"layer")
        headers = {"x-request-id": "one-line"}
        size = len(pusher.ask("GET", "/v2/library/app/manifests/1", headers=headers).content)
    (line,) = site.log_lines("access", request_id="one-line")
    assert line["method"] == "GET"
    assert line["path"] == "/v2/library/app/manifests/1"
    assert line["repository"] == "library/app"
    assert (line["status"], line["bytes"], line["principal"], line["client"]) == (200, size, "admin", "127.0.0.1")
    assert 0 <= line["duration_ms"] < 1000
    assert line["time"].endswith("+00:00")


def test_an_upload_tells_how_much_was_received(site: Server):
    with Pusher(site) as pusher:
        pusher.ask("PATCH", pusher.begin(), content=b"x" * 70_000, headers={"x-request-id": "an-upload"})
    (line,) = site.log_lines("access", request_id="an-upload")
    assert (line["status"], line["received"], line["principal"]) == (202, 70_000, "admin")


def test_no_secret_comes_into_the_log(site: Server):
    with Pusher(site) as pusher:
        pusher.ask("GET", f"/v2/?token={pusher.token}")
        pusher.client.get("/service/token", auth=("admin", "a-wrong-Passw0rd"))
        secrets = [pusher.token, site.admin_password, "a-wrong-Passw0rd"]
    site.log_lines("access", path="/service/token", status=401)
    written = site.log.read_text()
    assert not any(secret in written for secret in secrets)


def test_nothing_in_a_request_can_break_or_colour_a_line(site: Server):
    hostile = "/v2/%0A%7B%22level%22:%22forged%22%7D/%1B%5B31m/%E2%80%A8/%C2%85/manifests/1"
    with Wire(site) as wire:
        wire.ask("GET", hostile, x_request_id="hostile")
    (line,) = site.log_lines("access", request_id="hostile")
    assert line["path"].startswith('/v2/\n{"level":"forged"}/\x1b[31m/\u2028/\x85')
    for written in site.log.read_bytes().splitlines():
        assert written.isascii()
        assert b"\x1b" not in written
        json.loads(written)


def test_a_fault_is_logged_with_its_trace_and_its_request(site: Server):
    with Wire(site) as wire:
        wire.ask("GET", "/test/broken")
    (line, *_) = site.log_lines("django.request", level="error")
    assert "as this test wants it" in line["exception"]


def test_a_line_for_people_obeys_no_terminal():
    record = logging.makeLogRecord({"msg": "a name", "levelno": logging.INFO, "by": "eve\x1b[31m\nforged"})
    assert HumanLines().format(record).endswith(r"a name by=eve\x1b[31m\nforged")
    assert shown("é\u202e\u2028") == r"é\u202e\u2028"
    assert json.loads(JsonLines().format(record))["by"] == "eve\x1b[31m\nforged"


def test_a_terminal_gets_lines_for_people(tmp_path: Path):
    ours, theirs = pty.openpty()
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "serve"],
        env={
            "PATH": os.environ["PATH"],
            "ROADSTEAD_DATA": str(tmp_path / "data"),
            "ROADSTEAD_LISTEN": f"127.0.0.1:{port}",
            "ROADSTEAD_WEB_WORKERS": "1",
        },
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    shown_lines = b""
    until = time.monotonic() + 30
    while b"is ready at" not in shown_lines and time.monotonic() < until:
        shown_lines += os.read(ours, 4096)
    with Wire(Server("127.0.0.1", port, tmp_path, process, tmp_path, tmp_path)) as wire:
        wire.ask("GET", "/v2/", x_request_id="seen-here")
    while b"seen-here" not in shown_lines and time.monotonic() < until:
        shown_lines += os.read(ours, 4096)
    process.terminate()
    process.wait(timeout=30)
    os.close(ours)
    (line,) = [line for line in shown_lines.decode().splitlines() if "seen-here" in line]
    assert " 401 GET    /v2/ " in line
    assert "{" not in line
