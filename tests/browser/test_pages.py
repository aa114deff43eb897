"""Every page, as five people, in both themes: it is there, nobody stumbles over it, no browser complains."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from django.urls import resolve
from playwright.sync_api import Page

from console.pages.urls import urlpatterns
from tests.browser import axe, chromium, pages
from tests.browser.chromium import Complaints
from tests.browser.pages import ACTIONS, PAGES
from tests.browser.people import Doors
from tests.browser.scene import PEOPLE, Scene

Window = Callable[[str], tuple[Page, Complaints]]


@pytest.fixture(scope="module")
def opened(doors: Doors, scene: Scene) -> Iterator[Window]:
    """One window for each person, in which they go from page to page."""
    with ExitStack() as contexts:
        windows: dict[str, tuple[Page, Complaints]] = {}

        def window_of(who: str) -> tuple[Page, Complaints]:
            if who not in windows:
                context, complaints = contexts.enter_context(doors.context(who)), Complaints(doors.host)
                complaints.listen(context)
                windows[who] = context.new_page(), complaints
            return windows[who]

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
def test_a_page_is_for_everybody(name: str, who: str, scene: Scene, opened: Window):
    page, complaints = opened(who)
    complaints.texts.clear()
    answer = page.goto(pages.address(scene, name))
    assert answer is not None
    assert answer.status in ({200} if who == "sysadmin" else {200, 403, 404, 422})
    for theme in ("light", "dark"):
        chromium.set_theme(page, theme)
        assert axe.violations(page) == [], theme
    complaints.check()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_phone(name: str, scene: Scene, phone: Page):
    phone.goto(pages.address(scene, name))
    assert phone.evaluate("document.documentElement.scrollWidth") <= chromium.PHONE


@pytest.fixture(scope="module")
def phone(doors: Doors) -> Iterator[Page]:
    with doors.context("sysadmin", width=chromium.PHONE) as context:
        yield context.new_page()
