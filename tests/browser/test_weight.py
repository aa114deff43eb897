"""How much a page weighs on its way: little the first time, next to nothing after."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser import pages
from tests.browser.pages import PAGES
from tests.browser.people import Doors
from tests.browser.scene import Scene

KIB = 1 << 10
FIRST, NEXT = 250 * KIB, 30 * KIB
# Those that bring scripts of their own, and one that does not.
HEAVIEST = ("home", "layers", "sign-in")


class Scales:
    """Counts what comes over the wire to a page, compressed as it is, by Chromium's own count."""

    def __init__(self, page: Page) -> None:
        self.received = 0
        self._session = page.context.new_cdp_session(page)
        self._session.on("Network.loadingFinished", self._count)
        self._session.send("Network.enable")

    def _count(self, event: dict[str, float]) -> None:
        self.received += int(event["encodedDataLength"])


@pytest.fixture(scope="module")
def warm(doors: Doors) -> Iterator[tuple[Page, Scales]]:
    """A window that has seen a page before."""
    with doors.context("sysadmin") as context:
        page = context.new_page()
        scales = Scales(page)
        page.goto("/", wait_until="networkidle")
        assert 0 < scales.received < FIRST
        yield page, scales


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_light_for_who_has_seen_another(name: str, scene: Scene, warm: tuple[Page, Scales]):
    page, scales = warm
    scales.received = 0
    page.goto(pages.address(scene, name))
    assert scales.received < NEXT


@pytest.mark.parametrize("name", HEAVIEST)
def test_a_page_is_light_at_first(name: str, scene: Scene, doors: Doors):
    with doors.context("sysadmin") as context:
        page = context.new_page()
        scales = Scales(page)
        page.goto(pages.address(scene, name), wait_until="networkidle")
        assert scales.received < FIRST
