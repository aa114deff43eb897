"""One Chromium and one scene for all tests of this room, and pages that are open for a person."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import chromium
from tests.browser.chromium import Complaints
from tests.browser.people import Doors
from tests.browser.scene import Scene, Stage

PageAs = Callable[..., Page]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium.running() as started:
        yield started


@pytest.fixture(scope="package")
def stage(tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str]) -> Iterator[Stage]:
    with Stage(tmp_path_factory.mktemp("stage"), new_database) as built:
        yield built


@pytest.fixture(scope="package")
def scene(stage: Stage) -> Scene:
    return stage.set("plain")


@pytest.fixture(scope="package")
def doors(browser: Browser, scene: Scene) -> Doors:
    return Doors(browser, scene)


@pytest.fixture
def page_as(doors: Doors) -> Iterator[PageAs]:
    """Opens an empty page for a person of the scene: `page_as("developer", width=390)`. When the test ends, the
    browser must have had nothing to complain about."""
    with ExitStack() as contexts:
        complaints = Complaints(doors.host)

        def open_for(who: str, **options: object) -> Page:
            context = contexts.enter_context(doors.context(who, **options))
            complaints.listen(context)
            return context.new_page()

        yield open_for
        complaints.check()
