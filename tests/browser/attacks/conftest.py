"""A foreign site, open for all tests of this room."""

from collections.abc import Iterator

import pytest

from tests.browser.attacks import foreign
from tests.browser.attacks.foreign import Site


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with foreign.running() as started:
        yield started
