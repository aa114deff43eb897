"""`harborapi`, the Python package that scripts administer Harbor with: each of its methods, against a running server.

It gets an environment of its own in .cache, with what it needs from PyPI: none of that is among our requirements."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests import harbor_api
from tests import server as servers
from tests.clients.harborapi_exceptions import EXCEPTED
from tests.engines import slapd
from tests.server import ROOT

PACKAGE = "harborapi==0.26.2"
PLACE = ROOT / ".cache" / PACKAGE.replace("==", "-")


@pytest.fixture(scope="module")
def python() -> Path:
    """The Python of an environment that has the package."""
    program = PLACE / "bin" / "python"
    if not (PLACE / "installed").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(PLACE)], check=True)
        words = [str(program), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PACKAGE]
        done = subprocess.run(words, capture_output=True, text=True, timeout=240, check=False)
        if done.returncode:
            pytest.skip(f"{PACKAGE} could not be installed from PyPI")
        (PLACE / "installed").touch()
    return program


@pytest.fixture(scope="module")
def played(python: Path, tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str]) -> Any:
    """All scenes, played once."""
    with slapd.running(tmp_path_factory.mktemp("slapd")) as directory:
        directory.add_person("lea", mail="lea@example.org")
        ldap = {
            "settings": {name: value for name, value in directory.settings().items() if name != "auth_mode"},
            "user": "lea",
            "group_dn": directory.add_group("others", directory.add_person("max")),
        }
        server = servers.start(tmp_path_factory.mktemp("harborapi"), database_url=new_database())
        try:
            words = [str(python), "-m", "tests.clients.harborapi_scenes", server.url, server.admin_password]
            done = subprocess.run(
                [*words, json.dumps(ldap)], cwd=ROOT, capture_output=True, text=True, timeout=240, check=False
            )
            assert done.returncode == 0, done.stderr
            return json.loads(done.stdout)
        finally:
            server.stop()


def test_every_scene_ends_well(played):
    assert not played["failures"], "\n\n".join(f"{name}\n{trace}" for name, trace in played["failures"].items())


def test_every_method_is_called_or_excepted_with_a_reason(played):
    methods, called = set(played["methods"]), set(played["called"])
    assert not methods - called - set(EXCEPTED)
    assert not set(EXCEPTED) - methods, "excepted, but there is no such method"
    assert not set(EXCEPTED) & called, "excepted, but called"


def test_every_reply_is_as_harbor_describes_it(played):
    if not harbor_api.is_here():
        pytest.skip("harbor-api-v2.0.yaml is not beside this checkout: harborapi's replies were not compared with it")
    assert len(played["replies"]) > 100
    for reply in played["replies"]:
        headers = {name.title(): value for name, value in reply["headers"].items()}
        assert headers["X-Request-Id"]
        harbor_api.check(reply["method"], reply["path"], reply["status"], headers, reply["body"].encode())
