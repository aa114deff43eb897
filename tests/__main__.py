"""`python -m tests [pytest's arguments]`: the tests on SQLite and, at the same time, on PostgreSQL, then one
summary, which also says what did not run and why."""

import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests import postgres, suite

# These have a target of their own in the Makefile.
ELSEWHERE = ("tests/architecture", "tests/clients", "tests/conformance", "tests/faults")


def main(arguments: Sequence[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    names_paths = any(Path(argument.partition("::")[0]).exists() for argument in arguments)
    given = [*arguments] if names_paths else [*arguments, *(f"--ignore={folder}" for folder in ELSEWHERE)]
    with tempfile.TemporaryDirectory(prefix="roadstead-report-") as folder:
        outcomes = _on_both(given, Path(folder)) if postgres.is_installed() else _on_sqlite(given, Path(folder))
    _summarise(outcomes)
    return 0 if all(outcome.is_good for outcome in outcomes) else 1


def _on_both(arguments: Sequence[str], folder: Path) -> list[suite.Outcome]:
    with postgres.running() as url:
        runs: list[suite.Run] = []
        try:
            runs.append(suite.start("SQLite", "", arguments, folder))
            runs.append(suite.start("PostgreSQL", url, arguments, folder, shown=False))
            return [run.finish() for run in runs]
        finally:
            for run in runs:
                run.stop()


def _on_sqlite(arguments: Sequence[str], folder: Path) -> list[suite.Outcome]:
    missing = Counter(["everything on PostgreSQL: postgresql-15 is not installed"])
    run = suite.start("SQLite", "", arguments, folder)
    try:
        return [run.finish(), suite.Outcome("PostgreSQL", reasons=missing)]
    finally:
        run.stop()


def _summarise(outcomes: Sequence[suite.Outcome]) -> None:
    print("\n===== Summary =====")
    for outcome in outcomes:
        print(outcome if outcome.is_good else f"{outcome}  FAILED")
    reasons = sum((outcome.reasons for outcome in outcomes), Counter[str]())
    print("Did not run:" if reasons else "Everything ran.")
    for reason, times in reasons.most_common():
        print(f"  {times} × {reason}")
    passed, failed, skipped = (
        sum(getattr(outcome, word) for outcome in outcomes) for word in ("passed", "failed", "skipped")
    )
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
