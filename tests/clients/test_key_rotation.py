"""Changing the key that signs tokens while many push: nobody notices, until the old key's time is over."""

import hashlib
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import httpx
import jwt

from tests import server as servers
from tests.server import ROOT, Server

CLIENTS = 50
OVERLAP_SECONDS = 105
# A new key signs a minute after it is published (accounts/tokens/keys.py), in each process some seconds later.
SIGNS_AFTER_SECONDS = 85


class Pushers:
    """Clients that push one small blob after another, each with a new token for a few."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._push, args=(number,)) for number in range(CLIENTS)]
        self.answers: Counter[int] = Counter()
        self.kids: Counter[str] = Counter()

    def __enter__(self) -> "Pushers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _push(self, number: int) -> None:
        with httpx.Client(base_url=self._server.url, timeout=60) as client:
            while not self._stop.is_set():
                token = new_token(client, self._server)
                self.kids[jwt.get_unverified_header(token)["kid"]] += 1
                for _ in range(3):
                    self.answers[push(client, token, f"{number} {time.monotonic()}".encode())] += 1
                    self._stop.wait(0.5)


def new_token(client: httpx.Client, server: Server) -> str:
    asked = {"service": "harbor-registry", "scope": "repository:library/rotation:pull,push"}
    answer = client.get("/service/token", params=asked, auth=("admin", server.admin_password))
    assert answer.status_code == 200, answer.text
    return str(answer.json()["token"])


def push(client: httpx.Client, token: str, content: bytes) -> int:
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/octet-stream"}
    path = f"/v2/library/rotation/blobs/uploads/?digest={digest}"
    return client.post(path, content=content, headers=headers).status_code


def rotate(server: Server, database_url: str) -> None:
    environ = {**os.environ, "ROADSTEAD_DATA": str(server.data), "DATABASE_URL": database_url}
    command = [sys.executable, str(ROOT / "manage.py"), "rotate_token_key", f"--overlap-seconds={OVERLAP_SECONDS}"]
    subprocess.run(command, env=environ, check=True, capture_output=True)


def published(server: Server) -> set[str]:
    return {key["kid"] for key in httpx.get(f"{server.url}/service/token/jwks").json()["keys"]}


def test_no_push_fails_while_the_signing_key_changes(tmp_path: Path, new_database):
    database_url = new_database()
    server = servers.start(tmp_path, database_url=database_url)
    try:
        with httpx.Client(base_url=server.url) as client, Pushers(server) as pushers:
            old = new_token(client, server)
            time.sleep(2)
            rotated_at = time.monotonic()
            rotate(server, database_url)
            time.sleep(SIGNS_AFTER_SECONDS)
            assert len(published(server)) == 2
            assert push(client, old, b"in time") == 201
            pushers.kids.clear()
            time.sleep(max(0.0, rotated_at + OVERLAP_SECONDS + 5 - time.monotonic()))
            assert push(client, old, b"too late") == 401
        assert set(pushers.kids) == published(server)
        assert jwt.get_unverified_header(old)["kid"] not in pushers.kids
        assert set(pushers.answers) == {201}, pushers.answers
    finally:
        server.stop()
