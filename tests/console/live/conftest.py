"""A server whose jobs are followed, with Redis and without."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests import server as servers
from tests.console.live.scene import Scene
from tests.engines import redis as redises
from tests.engines.redis import Redis
from tests.registry.oci.backstage import Backstage
from tests.server import ROOT

SITE: dict[str, Any] = {"DJANGO_SETTINGS_MODULE": "tests.console.live.settings", "PYTHONPATH": str(ROOT)}


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    with redises.running(tmp_path_factory.mktemp("redis")) as running:
        yield running


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str]) -> Iterator[Scene]:
    """Without Redis, as a registry begins."""
    yield from _scene(tmp_path_factory, new_database())


@pytest.fixture(scope="session")
def scene_with_redis(
    tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str], redis: Redis
) -> Iterator[Scene]:
    yield from _scene(tmp_path_factory, new_database(), REDIS_URL=redis.url)


def _scene(tmp_path_factory: pytest.TempPathFactory, database_url: str, **environ: Any) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("live")
    server = servers.start(folder, database_url=database_url, ROADSTEAD_WEB_WORKERS="1", **SITE, **environ)
    backstage = Backstage(server)
    yield Scene(server, backstage)
    backstage.stop()
    server.stop()
