"""The command lines that only these tests use, and an image that needs no engine to be made."""

from pathlib import Path

import pytest

from tests.engines import images
from tests.engines.command_lines import Crane, Oras, Regctl
from tests.engines.images import Layout


@pytest.fixture
def crane(tmp_path: Path) -> Crane:
    return Crane("crane", tmp_path)


@pytest.fixture
def oras(tmp_path: Path) -> Oras:
    return Oras("oras", tmp_path)


@pytest.fixture
def regctl(tmp_path: Path) -> Regctl:
    return Regctl("regctl", tmp_path)


@pytest.fixture
def image(tmp_path: Path) -> Layout:
    """A small image of two layers, new at each test."""
    noise = images.archive({"noise": images.noise(images.MIB)})
    base = images.rootfs({"greeting": b"made by hand"})
    return images.layout(tmp_path / "image", [base, noise], ["/bin/cat", "/greeting"])
