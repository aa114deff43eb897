"""Every page, as five people, in both themes: it is there, nobody stumbles over it, no browser complains."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest
from django.urls import resolve
from playwright.sync_api import Page

from console.pages.urls import urlpatterns
from tests.browser import axe, chromium, pages
from tests.browser.chromium import Complaints
from tests.browser.pages import ACTIONS, PAGES, REFUSED
from tests.browser.people import Doors
from tests.browser.scene import PEOPLE, Scene


@dataclass
class Window:
    """In which somebody goes from page to page."""

    page: Page
    complaints: Complaints
    seen: set[str] = field(default_factory=set)


@pytest.fixture(scope="module")
def windows(doors: Doors) -> Iterator[Callable[[str], Window]]:
    """One for each person."""
    with ExitStack() as contexts:
        opened: dict[str, Window] = {}

        def window_of(who: str) -> Window:
            if who not in opened:
                context, complaints = contexts.enter_context(doors.context(who)), Complaints(doors.host)
                complaints.listen(context)
                opened[who] = Window(context.new_page(), complaints)
            return opened[who]

        yield window_of


def test_the_table_has_a_line_for_every_address(scene: Scene):
    lines = (pages.address(scene, name).partition("?")[0] for name in PAGES | ACTIONS)
    assert {str(pattern.pattern) for pattern in urlpatterns} - {resolve(line).route for line in lines} == set()


def test_an_action_is_at_no_loss_for_who_only_looks(scene: Scene, doors: Doors):
    with doors.context("sysadmin") as context:
        answers = {name: context.request.get(pages.address(scene, name), max_redirects=0) for name in ACTIONS}
    assert {name: answer.status for name, answer in answers.items() if answer.status >= 500} == {}


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_for_everybody(name: str, who: str, scene: Scene, windows: Callable[[str], Window]):
    window = windows(who)
    page = window.page
    window.complaints.texts.clear()
    answer = page.goto(pages.address(scene, name))
    assert answer is not None
    assert answer.status in ({200} if who == "sysadmin" and name not in REFUSED else {200, 403, 404, 422})
    # Refusals and the door are alike wherever one meets them.
    is_alike = answer.status in (403, 404) or "/sign-in" in page.url
    shown = page.locator("h1").inner_text() if is_alike else name
    if shown not in window.seen:
        window.seen.add(shown)
        chromium.set_theme(page, "light")
        assert axe.violations(page) == []
        chromium.set_theme(page, "dark")
        assert axe.violations(page, axe.COLOURS) == []
    if who == "sysadmin":
        fits_a_phone(page)
    window.complaints.check()


def fits_a_phone(page: Page) -> None:
    """It is as wide as the phone is, once what draws itself anew for that has done so; else this times out."""
    wide = page.viewport_size
    assert wide is not None
    page.set_viewport_size({"width": chromium.PHONE, "height": chromium.HEIGHT})
    page.wait_for_function("() => document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size(wide)
