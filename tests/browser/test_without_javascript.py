"""The console in a browser that runs no script: everything is read, and forms are sent."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser import pages
from tests.browser.conftest import PageAs
from tests.browser.pages import PAGES
from tests.browser.people import Doors
from tests.browser.scene import Scene


@pytest.fixture(scope="module")
def page(doors: Doors) -> Iterator[Page]:
    with doors.context("sysadmin", java_script_enabled=False) as context:
        yield context.new_page()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_read(name: str, scene: Scene, page: Page):
    answer = page.goto(pages.address(scene, name))
    assert answer is not None
    assert answer.status < 500
    assert page.locator("h1").inner_text() != ""
    # What only a script can do is not offered.
    assert page.locator("[data-copy]:visible, [data-close]:visible, button[hx-get]:visible").count() == 0


def test_somebody_signs_in_and_out(scene: Scene, page_as: PageAs):
    page = page_as("anonymous", java_script_enabled=False)
    page.goto("/me/tokens")
    page.get_by_label("User name").fill("gus")
    page.get_by_label("Password").fill(scene.people["guest"].password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/me/tokens")
    page.locator(".top summary").last.click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
