"""What every test stands on: a storage of its own, no way out of this machine, and servers to talk to."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis.configuration
import pytest

from accounts import last_uses, sign_in
from accounts.tokens import jwt, keys
from registry import storage
from registry.content import daily, pulls
from tests import postgres

if TYPE_CHECKING:
    from tests.server import Server

pytest_plugins = ["tests.engines.fixtures"]

# What hypothesis remembers between runs lies where other caches do.
hypothesis.configuration.set_hypothesis_home_dir(".cache/hypothesis")
# Programs that tests start run as they are shipped, not under the tests' settings.
os.environ["DJANGO_SETTINGS_MODULE"] = "registry.settings"

ON_POSTGRESQL = os.environ.get("DATABASE_URL", "").startswith("postgres")
# Journeys of real clients and browsers take long and say little about the database: they run on SQLite, save those
# marked.
ONCE = ("browser", "clients", "journeys")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    once = [item for item in items if ON_POSTGRESQL and _runs_once(item)]
    config.hook.pytest_deselected(items=once)
    items[:] = [item for item in items if item not in set(once)]


def _runs_once(item: pytest.Item) -> bool:
    room = item.path.relative_to(Path(__file__).parent).parts[0]
    return room in ONCE and not item.get_closest_marker("both_databases")


def refuse_to_leave(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook: a test reaches no host but this one."""
    if event in ("socket.connect", "socket.sendto") and isinstance(arguments[1], tuple):
        host = arguments[1][0]
        if isinstance(host, str) and host != "localhost" and not host.startswith(("127.", "::1")):
            raise RuntimeError(f"a test tried to reach {host}")


sys.addaudithook(refuse_to_leave)


@pytest.fixture(autouse=True)
def _empty_storage() -> None:
    """Each test begins with nothing stored: the storage in memory is made anew."""
    storage._driver.cache_clear()


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Each test begins with empty caches: what they hold of the last one's rows is gone with its transaction."""
    keys.forget()
    jwt.forget()
    sign_in.forget()
    last_uses.forget()
    pulls.forget()
    daily.forget()


@pytest.fixture(scope="session")
def new_database() -> Callable[[], str]:
    """Makes an empty database for a server, and answers its URL: "" on SQLite, a file in the server's folder."""

    def make() -> str:
        return postgres.new_database(os.environ["DATABASE_URL"]) if ON_POSTGRESQL else ""

    return make


@pytest.fixture(scope="session", params=["fast", "views"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str]
) -> Iterator["Server"]:
    """A running Roadstead, once with the fast lane and once without: both must answer alike."""
    from tests import server as servers

    fast_lane = "on" if request.param == "fast" else "off"
    started = servers.start(
        tmp_path_factory.mktemp("server"), database_url=new_database(), ROADSTEAD_FAST_LANE=fast_lane
    )
    yield started
    started.stop()
