"""The console without a mouse."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser import pages
from tests.browser.conftest import PageAs
from tests.browser.pages import PAGES
from tests.browser.people import Doors
from tests.browser.scene import Scene

# What has the focus: its outline, and whether the window shows it.
FOCUS = """() => {
    const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect()
    const around = one.closest('.search, .form-check, label') || one
    const outlines = [style, getComputedStyle(around)]
    return {
        what: one.outerHTML.slice(0, 160), path: one === document.body ? '' : one.localName,
        isSeen: outlines.some(each => each.outlineStyle !== 'none' && parseFloat(each.outlineWidth) > 0),
        isIn: box.width > 0 && box.height > 0 && box.right > 0 && box.bottom > 0,
    }
}"""
# All that takes the focus by Tab, but one of each group of radio buttons.
REACHABLE = """() => [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
    .filter(each => each.checkVisibility({visibilityProperty: true}) && !each.disabled && each.tabIndex >= 0)
    .filter(each => each.type !== 'radio' || each.checked).length"""


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
    page.evaluate("document.activeElement.blur()")
    reachable = page.evaluate(REACHABLE)
    for number in range(min(reachable, 80)):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        assert focus["path"], f"after {number} of {reachable} the focus is lost"
        assert focus["isSeen"], focus["what"]
        assert focus["isIn"], focus["what"]


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
