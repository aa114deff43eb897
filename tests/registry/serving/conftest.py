"""A server whose front is tested: Roadstead with a few addresses more."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests import server as servers
from tests.registry.serving.wire import Wire
from tests.server import ROOT, Server

SITE: dict[str, Any] = {"DJANGO_SETTINGS_MODULE": "tests.registry.serving.settings", "PYTHONPATH": str(ROOT)}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str]) -> Iterator[Server]:
    started = servers.start(
        tmp_path_factory.mktemp("site"),
        database_url=new_database(),
        ROADSTEAD_HOSTS="registry.example",
        ROADSTEAD_WEB_WORKERS="1",
        **SITE,
    )
    yield started
    started.stop()


@pytest.fixture
def wire(site: Server) -> Iterator[Wire]:
    with Wire(site) as connected:
        yield connected
