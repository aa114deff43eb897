"""What `make test` says of a run is what happened in it."""

import os
from pathlib import Path

from tests import suite

PASSES = "def test_it(): pass\n"
FAILS = "def test_it(): assert False\n"
SKIPS = "import pytest\ndef test_it(): pytest.skip('no engine here')\n"
BREAKS = "import os\nos._exit(0)\n"


def run(folder: Path, source: str) -> suite.Outcome:
    file = folder / "test_it.py"
    file.write_text(source)
    # Away from this project's settings, and quiet.
    away = ["-q", f"--rootdir={folder}", "-c", os.devnull, "-p", "no:django", str(file)]
    return suite.start("SQLite", "", away, folder, shown=False).finish()


def test_a_run_that_passes_is_good(tmp_path: Path):
    outcome = run(tmp_path, PASSES)
    assert (outcome.is_good, outcome.passed, outcome.failed, outcome.skipped) == (True, 1, 0, 0)


def test_a_failed_test_makes_it_bad(tmp_path: Path):
    outcome = run(tmp_path, FAILS)
    assert (outcome.is_good, outcome.failed) == (False, 1)


def test_a_skipped_test_is_named_with_its_reason(tmp_path: Path):
    assert dict(run(tmp_path, SKIPS).reasons) == {"no engine here": 1}


def test_a_run_that_breaks_off_is_bad_whatever_its_status(tmp_path: Path):
    assert run(tmp_path, BREAKS).is_good is False


def test_a_run_without_any_test_is_bad(tmp_path: Path):
    assert run(tmp_path, "").is_good is False
