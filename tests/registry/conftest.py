"""A second way into one installation, beside the `server` of all tests."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests import server as servers
from tests.registry.doors import Doors


@pytest.fixture(scope="session")
def doors(tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str]) -> Iterator[Doors]:
    """Two web processes on one installation: one with the fast lane, one without it."""
    folder, database = tmp_path_factory.mktemp("doors"), new_database()
    alone: dict[str, Any] = {"ROADSTEAD_WEB_WORKERS": "1"}
    fast = servers.start(folder, database_url=database, **alone)
    views = servers.start(folder, database_url=database, ROADSTEAD_FAST_LANE="off", log="views.txt", **alone)
    yield fast, views
    views.stop()
    fast.stop()
