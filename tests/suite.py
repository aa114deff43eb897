"""One run of pytest on one database, and what came of it."""

import os
import signal
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Outcome:
    """What one run says of itself: how many tests ended how, and why some did not run."""

    database: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0
    is_good: bool = True
    reasons: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        counts = f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"
        return f"{self.database:<12}{counts} in {self.seconds:.0f} s"


@dataclass
class Run:
    """A pytest that is at work. What it says goes to `output`, or to the screen where that is None."""

    database: str
    process: subprocess.Popen[bytes]
    report: Path
    output: Path | None

    def finish(self) -> Outcome:
        code = self.process.wait()
        if self.output:
            print(f"\n===== {self.database} =====\n{self.output.read_text(errors='replace')}", flush=True)
        return read(self.database, self.report, is_good=code == 0)

    def stop(self) -> None:
        """End it before its time, in the way in which it still stops what its tests have started."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait()


def start(database: str, url: str, arguments: Sequence[str], folder: Path, *, shown: bool = True) -> Run:
    """Begin pytest with these arguments on the database at `url` (SQLite where it is empty)."""
    report, output = folder / f"{database}.xml", None if shown else folder / f"{database}.txt"
    command = [sys.executable, "-m", "pytest", "--durations=10", f"--junitxml={report}", *arguments]
    environ = {**os.environ, "DATABASE_URL": url}
    if output is None:
        print(f"\n===== {database} =====", flush=True)
        return Run(database, subprocess.Popen(command, env=environ), report, None)
    with output.open("wb") as file:
        return Run(database, subprocess.Popen(command, env=environ, stdout=file, stderr=file), report, output)


def read(database: str, report: Path, *, is_good: bool) -> Outcome:
    """The outcome from pytest's own report; a run that broke off before it wrote one has failed."""
    if not report.exists():
        return Outcome(database, is_good=False)
    tree = ElementTree.parse(report)  # noqa: S314  pytest wrote it a moment ago
    cases = list(tree.iter("testcase"))
    failed = sum(1 for case in cases if case.find("failure") is not None or case.find("error") is not None)
    skips = [skip.get("message", "") for case in cases if (skip := case.find("skipped")) is not None]
    passed = max(len(cases) - failed - len(skips), 0)
    seconds = sum(float(suite.get("time", 0)) for suite in tree.iter("testsuite"))
    return Outcome(database, passed, failed, len(skips), seconds, is_good, Counter(skips))
