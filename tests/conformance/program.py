"""One run of the program, and what its report says of each of its tests."""

import os
import subprocess
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

from tests.engines import golang
from tests.engines.registries import Registry

DISABLED = "is disabled in the configuration"


@dataclass(frozen=True)
class Case:
    """One test of the program: its name, how it ended, and what it said."""

    name: str
    status: str
    said: str

    def __str__(self) -> str:
        return f"{self.name}: {' '.join(self.said.split())[:600]}"


@dataclass(frozen=True)
class Report:
    cases: tuple[Case, ...]

    def of(self, *statuses: str) -> list[Case]:
        return [case for case in self.cases if case.status in statuses]


def find() -> Path:
    """The program named by PROGRAM, or one built with Go."""
    given = os.environ.get("PROGRAM")
    return Path(given) if given else golang.program("conformance")


def run(program: Path, registry: Registry, version: str, folder: Path) -> Report:
    """Run every test of this version of the specification; the program's own report stays in the folder."""
    settings = {
        "OCI_REGISTRY": registry.host,
        "OCI_TLS": "disabled",
        "OCI_USERNAME": registry.username,
        "OCI_PASSWORD": registry.password,
        "OCI_REPO1": registry.repository("one"),
        "OCI_REPO2": registry.repository("two"),
        "OCI_VERSION": version,
        "OCI_RESULTS_DIR": str(folder),
        "OCI_LOG": "error",
    }
    ours = {name: value for name, value in os.environ.items() if not name.startswith("OCI_")}
    done = subprocess.run([program], env=ours | settings, cwd=folder, capture_output=True, text=True, check=False)
    (folder / "output.txt").write_text(done.stdout + done.stderr)
    file = folder / "junit.xml"
    if not file.exists():
        raise SystemExit(f"{program} wrote no report: {done.stderr.strip()}")
    return read(file)


def read(file: Path) -> Report:
    return Report(tuple(_case(element) for element in ElementTree.parse(file).iter("testcase")))  # noqa: S314  its own


def _case(element: ElementTree.Element) -> Case:
    said = element.findtext("system-out", "") or element.findtext("system-err", "")
    status = element.get("status", "error")
    # To the report, what its settings leave out is skipped too.
    return Case(element.get("name", ""), "disabled" if status == "skipped" and DISABLED in said else status, said)
