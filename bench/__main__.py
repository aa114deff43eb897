"""`python -m bench`, which `make bench` calls."""

import argparse
import os
import shutil
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from bench import aims, growth, report, run, starts
from bench.results import Results

FULL_ROUNDS = 5
PROGRAMS = ("docker-registry", "skopeo", "wrk")


def main() -> None:
    options = _options()
    if options.growth:
        with tempfile.TemporaryDirectory(prefix="roadstead-bench-") as folder:
            print(report.grown(growth.measured(Path(folder))))
        return
    if missing := [program for program in PROGRAMS if not shutil.which(program)]:
        raise SystemExit(f"make bench needs: apt-get install {' '.join(missing)}")
    title = (
        "Docker-registry beside itself, here named Roadstead"
        if options.fairness
        else "Roadstead beside docker-registry"
    )
    results = Results(title, options.rounds, datetime.now(UTC))
    with tempfile.TemporaryDirectory(prefix="roadstead-bench-") as folder, ExitStack() as stack:
        run.all_works(Path(folder), stack, results, only=options.only, is_fairness=options.fairness)
        if not (options.fairness or options.only):
            results.growth = growth.measured(Path(folder))
    if not options.fairness:
        results.starts = starts.installed(aims.START_AIM_SECONDS)
    if options.clean_clone:
        results.starts.append(starts.clean_clone(aims.CLEAN_START_AIM_SECONDS))
    print(report.text(results))
    if results.failures:
        raise SystemExit("Some works failed; nothing is written.")
    if not (options.fairness or options.only):
        print(f"Written to {report.write(results, is_quick=options.rounds < 3)}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description="Measures Roadstead beside docker-registry.")
    rounds = int(os.environ.get("ROUNDS") or FULL_ROUNDS)
    parser.add_argument("--rounds", type=int, default=rounds, help="medians are over this many (ROUNDS)")
    parser.add_argument(
        "--only", default="", metavar="WORDS", help="only works whose title has these words; not written"
    )
    parser.add_argument(
        "--fairness", action="store_true", help="docker-registry against itself: all ratios should be 1"
    )
    parser.add_argument("--growth", action="store_true", help="only how the console's lists bear growth; not written")
    parser.add_argument(
        "--clean-clone", action="store_true", help="also time `make run` in a fresh clone (needs network)"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
