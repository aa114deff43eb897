"""axe-core, which finds what people who hear a page, or use it by keyboard, would stumble over."""

import base64
import hashlib
import subprocess
import tarfile
import tempfile
from functools import cache
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.server import ROOT

VERSION = "4.14.1"
SHA512 = "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
KEPT = ROOT / ".cache" / f"axe-core-{VERSION}.min.js"


# Rules that look at colours: of all, these alone can be broken in one theme and kept in another.
COLOURS = ["color-contrast", "link-in-text-block"]
RUN = """only => axe.run(document, {resultTypes: ['violations'],
    ...(only && {runOnly: {type: 'rule', values: only}})})"""


def violations(page: Page, only: list[str] | None = None) -> list[str]:
    """One sentence for each rule that an element of the page breaks, of whatever impact; of all rules, or of these."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(script())
    found: list[dict[str, Any]] = page.evaluate(RUN, only)["violations"]
    return [
        f"{rule['impact']}: {rule['help']} ({rule['id']}): {node['html'][:200]} {_why(node)}"
        for rule in found
        for node in rule["nodes"]
    ]


def _why(node: dict[str, Any]) -> str:
    return "; ".join(check["message"] for check in node["any"])


@cache
def script() -> str:
    """Its source, from the npm registry by npm, of this version and no other."""
    if not KEPT.exists():
        KEPT.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="roadstead-axe-") as folder:
            archive = _fetch(Path(folder))
            with tarfile.open(archive) as packed:
                source = packed.extractfile("package/axe.min.js")
                assert source is not None
                KEPT.write_bytes(source.read())
    return KEPT.read_text()


def _fetch(folder: Path) -> Path:
    npm = which("npm") or pytest.skip("npm is missing: apt-get install npm")
    command = [npm, "pack", f"axe-core@{VERSION}", "--pack-destination", str(folder), "--cache", str(folder / "cache")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        pytest.skip(f"axe-core {VERSION} cannot be fetched: {(done.stderr.strip().splitlines() or ['npm failed'])[-1]}")
    archive = folder / f"axe-core-{VERSION}.tgz"
    assert base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode() == SHA512
    return archive
