"""`python -m tests.conformance [1.1] [dev]`: the program at its settings for these versions, the fast lane on and off.

PROGRAM names the program; without it, it is built with Go. ROADSTEAD_TESTS_AGAINST=stock runs it against the
stock registry. A test that fails, or that is skipped though its settings ask for it, fails the run."""

import os
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
    """Print what did not pass: how many tests passed, failed and were skipped."""
    passed, failed, skipped = report.of("passed"), report.of("failure", "error"), report.of("skipped")
    left_out = report.of("disabled")
    print(f"{len(passed)} passed, {len(failed)} failed, {len(skipped)} skipped, {len(left_out)} left out")
    _list("Failed", failed)
    _list("Skipped", skipped)
    _list("Left out by its settings", left_out)
    return len(passed), len(failed), len(skipped)


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
