"""One run of pytest on one database, and what came of it."""

import os
import subprocess
import sys
import time
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


def run(database: str, url: str, arguments: Sequence[str], report: Path) -> Outcome:
    """Run pytest with these arguments on the database at `url` (SQLite where it is empty)."""
    print(f"\n===== {database} =====", flush=True)
    begun = time.monotonic()
    command = [sys.executable, "-m", "pytest", "--durations=10", f"--junitxml={report}", *arguments]
    code = subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=False).returncode
    return read(database, report, time.monotonic() - begun, is_good=code == 0)


def read(database: str, report: Path, seconds: float, *, is_good: bool) -> Outcome:
    """The outcome from pytest's own report; a run that broke off before it wrote one has failed."""
    if not report.exists():
        return Outcome(database, seconds=seconds, is_good=False)
    cases = list(ElementTree.parse(report).iter("testcase"))  # noqa: S314  pytest wrote it a moment ago
    failed = sum(1 for case in cases if case.find("failure") is not None or case.find("error") is not None)
    skips = [skip.get("message", "") for case in cases if (skip := case.find("skipped")) is not None]
    passed = max(len(cases) - failed - len(skips), 0)
    return Outcome(database, passed, failed, len(skips), seconds, is_good, Counter(skips))
