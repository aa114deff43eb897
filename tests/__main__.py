"""`python -m tests [pytest's arguments]`: the tests on SQLite, then on PostgreSQL, then one summary,
which also says what did not run and why."""

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
        outcomes = [suite.run("SQLite", "", given, Path(folder) / "sqlite.xml"), _on_postgresql(given, Path(folder))]
    _summarise(outcomes)
    return 0 if all(outcome.is_good for outcome in outcomes) else 1


def _on_postgresql(arguments: Sequence[str], folder: Path) -> suite.Outcome:
    if not postgres.is_installed():
        missing = "everything on PostgreSQL: postgresql-15 is not installed"
        return suite.Outcome("PostgreSQL", reasons=Counter([missing]))
    with postgres.running() as url:
        return suite.run("PostgreSQL", url, arguments, folder / "postgresql.xml")


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
