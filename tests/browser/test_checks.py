"""What the checks of this room are for, they find: a page that is wrong in each way fails them."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import axe, chromium
from tests.browser.chromium import Complaints


@pytest.fixture
def page(browser: Browser):
    with chromium.open_context(browser, "http://127.0.0.1") as context:
        yield context.new_page()


def complaints_of(page: Page) -> Complaints:
    complaints = Complaints("127.0.0.1")
    complaints.listen(page.context)
    return complaints


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        ('<img src="data:,">', "image-alt"),
        ("<input>", "label"),
        ('<p style="color: #888; background: #777">unreadable</p>', "color-contrast"),
        ("<h1>one</h1><h3>three</h3>", "heading-order"),
    ],
)
def test_axe_finds_what_people_stumble_over(page: Page, content: str, rule: str):
    page.set_content(f"<!doctype html><html lang=en><title>page</title><main>{content}</main></html>")
    assert any(f"({rule})" in violation for violation in axe.violations(page))


@pytest.mark.parametrize(
    "script",
    [
        "throw Error('broken')",
        "console.error('broken')",
        "alert('broken')",
        "fetch('http://127.0.0.2:9/broken').catch(() => 0)",
    ],
)
def test_a_browser_that_complains_is_heard(page: Page, script: str):
    complaints = complaints_of(page)
    page.set_content(f"<!doctype html><script>{script}</script>")
    page.wait_for_load_state("networkidle")
    with pytest.raises(AssertionError, match="broken"):
        complaints.check()


def test_a_breach_of_the_policy_is_heard(page: Page):
    complaints = complaints_of(page)
    policy = "<meta http-equiv=Content-Security-Policy content=\"script-src 'self'\">"
    page.set_content(f"<!doctype html><head>{policy}</head><script>document.title = 'run'</script>")
    with pytest.raises(AssertionError, match="Content Security Policy"):
        complaints.check()
