"""Storage on disk, as an installation has it, and the admin whom `serve` makes first."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from accounts import users
from accounts.models import User
from tests.engines import registries
from tests.engines.registries import Registry
from tests.factories.accounts import PASSWORD


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    """The folder of STORAGE_URL."""
    settings.STORAGE = f"file://{tmp_path}/registry"
    return tmp_path / "registry"


@pytest.fixture
def admin(db: None) -> User:
    return users.make_first_admin(PASSWORD)


@pytest.fixture
def stock(tmp_path: Path, folder: Path) -> Iterator[Registry]:
    """A stock registry on our folder."""
    with registries.stock(tmp_path, folder) as running:
        yield running
