"""What every page tells the browser about itself."""

import httpx
import pytest

from tests.browser import pages
from tests.browser.pages import PAGES
from tests.browser.people import Doors
from tests.browser.scene import Scene


@pytest.fixture(scope="module")
def client(scene: Scene, doors: Doors):
    with doors.context("sysadmin") as context:
        cookies = {str(each["name"]): str(each["value"]) for each in context.cookies()}
    with httpx.Client(base_url=scene.url, cookies=cookies) as opened:
        yield opened


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_what_may_be_done_with_it(name: str, scene: Scene, client: httpx.Client):
    headers = client.get(pages.address(scene, name)).headers
    policy = dict(directive.strip().partition(" ")[::2] for directive in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "no-store" in headers["Cache-Control"]
    assert "Access-Control-Allow-Origin" not in headers
    assert "Server" not in headers
