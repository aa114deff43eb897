"""The console without a mouse."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser import pages
from tests.browser.conftest import PageAs
from tests.browser.pages import PAGES
from tests.browser.people import Doors
from tests.browser.scene import Scene

# Notes of each element that gets the focus whether it is outlined, and whether the window shows it.
LISTEN = """() => { window.reached = new Set(); window.hidden = []; document.addEventListener('focusin', event => {
    const one = event.target, box = one.getBoundingClientRect()
    const around = [one, one.closest('.search, .form-check, label') || one].map(each => getComputedStyle(each))
    const isOutlined = around.some(each => each.outlineStyle !== 'none' && parseFloat(each.outlineWidth) > 0)
    const isIn = box.width > 0 && box.height > 0 && box.right > 0 && box.bottom > 0
    window.reached.add(one)
    if (!isOutlined || !isIn) window.hidden.push(one.outerHTML.slice(0, 160))
}) }"""
# All that one can act on. Of a group of radio buttons, Tab reaches one, and arrows lead on.
USABLE = """() => [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
    .filter(each => each.checkVisibility({visibilityProperty: true}) && !each.disabled && each.tabIndex >= 0)"""
MISSED = f"""() => ({USABLE})()
    .filter(each => ![...window.reached].some(one => one === each || each.type === 'radio' && one.name === each.name))
    .map(each => each.outerHTML.slice(0, 160))"""
# On longer pages, Tab is pressed so often.
MOST = 60


@pytest.fixture(scope="module")
def window(doors: Doors) -> Iterator[Page]:
    with doors.context("sysadmin") as context:
        yield context.new_page()


@pytest.fixture
def page(page_as: PageAs) -> Page:
    return page_as("sysadmin")


@pytest.mark.parametrize("name", PAGES)
def test_all_of_a_page_is_reached_by_tab_and_seen_when_it_is(name: str, scene: Scene, window: Page):
    page = window
    page.goto(pages.address(scene, name))
    page.evaluate(LISTEN)
    usable = page.evaluate(f"({USABLE})().length")
    # On its way round, the focus passes the browser's own controls, and each part of a date.
    more = 2 + 6 * page.locator("input[type^=date], input[type=time]").count()
    for _ in range(min(usable, MOST) + more):
        page.keyboard.press("Tab")
    assert page.evaluate("window.hidden") == []
    assert usable > MOST or page.evaluate(MISSED) == []


def test_the_first_tab_leads_past_the_navigation(page: Page):
    page.goto("/me")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_a_slash_leads_to_the_search(page: Page):
    page.goto("/me/tokens")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.type("a/b")
    assert page.input_value("#search") == "a/b"


def test_a_menu_opens_by_enter_and_closes_by_escape(page: Page):
    page.goto("/me")
    opener = page.locator(".top summary").last
    opener.focus()
    page.keyboard.press("Enter")
    page.get_by_role("banner").get_by_role("link", name="Access tokens").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert page.locator("details.dropdown[open]").count() == 0
    assert opener.evaluate("one => one === document.activeElement")
