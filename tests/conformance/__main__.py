"""`python -m tests.conformance [1.1] [dev]`: the program at its settings for these versions, the fast lane on and off.

PROGRAM names the program; without it, it is built with Go. ROADSTEAD_TESTS_AGAINST=stock runs it against the
stock registry. What docs/conformance.md explains is counted apart; any other failure or skip fails the run."""

import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.conformance import program
from tests.conformance.program import Case, Report
from tests.engines import golang, registries
from tests.engines.registries import Registry, RoleId

VERSIONS = ("1.1", "dev")
EXPLAINED = Path("docs/conformance.md")


def main(versions: Sequence[str]) -> int:
    try:
        path = program.find()
    except golang.NotBuiltError as missing:
        print(f"{missing}. Name a built program: make conformance PROGRAM=path")
        return 1
    stock = os.environ.get("ROADSTEAD_TESTS_AGAINST") == "stock"
    with tempfile.TemporaryDirectory(prefix="roadstead-conformance-") as folder:
        runs = [
            _run(path, lane, version, Path(folder))
            for lane in (["stock"] if stock else ["fast lane on", "fast lane off"])
            for version in versions or VERSIONS
        ]
    passed, failed, skipped = (sum(numbers) for numbers in zip(*runs, strict=True))
    print(f"\n{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or skipped else 0


def _run(path: Path, lane: str, version: str, folder: Path) -> tuple[int, int, int]:
    """One server, one run: how many tests passed, failed and were skipped."""
    place = Path(tempfile.mkdtemp(dir=folder))
    with _registry(lane, place) as registry:
        report = program.run(path, registry, version, place)
    print(f"\n===== {lane}, version {version} =====")
    return _tell(report)


def _tell(report: Report) -> tuple[int, int, int]:
    explained = set(re.findall(r"^\* `([^`]+)`", EXPLAINED.read_text(), re.MULTILINE)) if EXPLAINED.exists() else set()
    fallen = report.of("failure", "error", "skipped")
    unexplained = [case for case in fallen if case.name.removeprefix("OCI Conformance Test/") not in explained]
    counts = report.counts
    print(f"{counts['passed']} passed, {len(fallen) - len(unexplained)} explained, {counts['disabled']} left out")
    _list("Failed", [case for case in unexplained if case.status != "skipped"])
    _list("Skipped", [case for case in unexplained if case.status == "skipped"])
    _list("Explained", [case for case in fallen if case not in unexplained])
    _list("Left out by its settings", report.of("disabled"))
    skipped = sum(case.status == "skipped" for case in unexplained)
    return counts["passed"], len(unexplained) - skipped, skipped


def _list(heading: str, cases: Sequence[Case]) -> None:
    if cases:
        print(f"{heading}:")
        for line in dict.fromkeys(map(str, cases)):
            print(f"  {line}")


@contextmanager
def _registry(lane: str, folder: Path) -> Iterator[Registry]:
    """A new registry, as a maintainer of a project sees it. The project is public: the program keeps the token of
    its first push to a repository, and such a token carries no right to read another from which it mounts later."""
    if lane == "stock":
        with registries.stock(folder, folder / "registry") as stock:
            yield stock.within("conformance")
        return
    from tests import server as servers

    server = servers.start(folder / "server", ROADSTEAD_FAST_LANE=lane.removeprefix("fast lane "))
    admin = registries.of(server)
    try:
        yield admin.make_project("conformance", is_public=True).join(admin.make_user("connie"), RoleId.MAINTAINER)
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
