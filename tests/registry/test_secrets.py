"""The installation's own secrets."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from registry import secrets
from registry.env import BadValue


def test_a_secret_is_made_once_and_kept(tmp_path: Path):
    assert secrets.read_or_make(tmp_path, "queue") == secrets.read_or_make(tmp_path, "queue")


def test_each_purpose_has_a_secret_of_its_own(tmp_path: Path):
    assert secrets.read_or_make(tmp_path, "queue") != secrets.read_or_make(tmp_path, "data")


def test_only_its_owner_may_read_it(tmp_path: Path):
    folder = tmp_path / "secrets"
    secrets.read_or_make(folder, "queue")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "queue").stat().st_mode & 0o777 == 0o600


def test_those_who_make_it_at_once_agree_on_one(tmp_path: Path):
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: secrets.read_or_make(tmp_path, "queue"), range(40)))
    assert len(made) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["queue"]


def test_a_secret_that_others_may_read_is_refused_with_the_cure(tmp_path: Path):
    secrets.read_or_make(tmp_path, "queue")
    (tmp_path / "queue").chmod(0o644)
    with pytest.raises(BadValue, match="chmod 600"):
        secrets.read_or_make(tmp_path, "queue")


def test_an_empty_secret_is_refused(tmp_path: Path):
    (tmp_path / "queue").touch(mode=0o600)
    with pytest.raises(BadValue, match="too short"):
        secrets.read_or_make(tmp_path, "queue")
