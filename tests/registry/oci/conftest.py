"""A running server, people on it, and for each test a repository of its own."""

import itertools
from collections.abc import Iterator

import pytest

from tests.registry.oci import people
from tests.registry.oci.backstage import Backstage
from tests.registry.oci.people import Cast
from tests.registry.serving.pushing import Pusher
from tests.registry.serving.wire import Wire
from tests.server import Server

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def cast(server: Server) -> Cast:
    return people.gather(server)


@pytest.fixture(scope="session")
def backstage(server: Server) -> Iterator[Backstage]:
    opened = Backstage(server)
    yield opened
    opened.stop()


@pytest.fixture
def name() -> str:
    """A word that no other test has used."""
    return f"app{next(_numbers)}"


@pytest.fixture
def pusher(server: Server, name: str) -> Iterator[Pusher]:
    """The admin, in a new repository."""
    with Pusher(server, f"library/{name}", "pull,push,delete") as pusher:
        yield pusher


@pytest.fixture
def wire(server: Server) -> Iterator[Wire]:
    with Wire(server) as connected:
        yield connected
