"""How much a page weighs on its way: little the first time, next to nothing after."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page

from tests.browser import pages
from tests.browser.pages import PAGES
from tests.browser.people import Doors
from tests.browser.scene import Scene

KIB = 1 << 10
FIRST, NEXT = 250 * KIB, 30 * KIB
# Those that bring scripts of their own, and one that does not.
HEAVIEST = ("home", "job", "identity", "layers")


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
def client(scene: Scene, doors: Doors) -> Iterator[httpx.Client]:
    with doors.context("sysadmin") as context:
        cookies = {str(each["name"]): str(each["value"]) for each in context.cookies()}
    with httpx.Client(base_url=scene.url, cookies=cookies) as opened:
        yield opened


@pytest.mark.parametrize("name", HEAVIEST)
def test_a_page_is_light_at_first_and_next_to_nothing_after(name: str, scene: Scene, doors: Doors):
    with doors.context("sysadmin") as context:
        page = context.new_page()
        scales = Scales(page)
        page.goto(pages.address(scene, name), wait_until="networkidle")
        assert 0 < scales.received < FIRST
        scales.received = 0
        page.goto(pages.address(scene, name), wait_until="networkidle")
        assert 0 < scales.received < NEXT


@pytest.mark.parametrize("name", PAGES)
def test_the_text_of_a_page_is_light(name: str, scene: Scene, client: httpx.Client):
    with client.stream("GET", pages.address(scene, name), headers={"Accept-Encoding": "gzip"}) as answer:
        assert len(b"".join(answer.iter_raw())) < NEXT
