"""The door under attack: where it leads to, and whose session is open."""

import httpx
import pytest
from playwright.sync_api import BrowserContext

from tests.browser.people import Doors, sign_in
from tests.browser.scene import Scene

ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example",
    "https:evil.example",
    "http:///evil.example",
    "%2f%2fevil.example",
    "/%09/evil.example",
    "\t//evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    " //evil.example",
    "//evil.example//v2/",
    "javascript:alert(1)",
    "data:text/html,evil",
    "/%5cevil.example",
    "//127.0.0.1@evil.example",
    "/..//evil.example",
    "/./\\evil.example",
]


@pytest.fixture
def context(doors: Doors):
    with doors.context("anonymous") as opened:
        yield opened


def session(context: BrowserContext) -> str:
    return next((str(each["value"]) for each in context.cookies() if each["name"] == "sid"), "")


def is_somebodys(scene: Scene, number: str) -> bool:
    return httpx.get(f"{scene.url}/api/v2.0/users/current", cookies={"sid": number}).status_code == 200


def test_the_door_leads_to_no_other_site(scene: Scene, doors: Doors):
    """Whoever is signed in is led on at once, as after signing in."""
    with doors.context("guest") as context:
        page = context.new_page()
        for target in ELSEWHERE:
            page.goto(f"/sign-in?{httpx.QueryParams(next=target)}", wait_until="commit")
            assert page.url.startswith(f"{scene.url}/"), target


@pytest.mark.parametrize("target", ["//evil.example", "/\\evil.example", "https://evil.example"])
def test_signing_in_leads_to_no_other_site(target: str, scene: Scene, context: BrowserContext):
    page = context.new_page()
    page.goto(f"/sign-in?{httpx.QueryParams(next=target)}")
    page.evaluate("target => { document.querySelector('[name=next]').value = target }", target)
    sign_in(page, scene.people["guest"])
    assert page.url == f"{scene.url}/"


def test_who_signs_in_gets_a_session_that_nobody_knew_before(scene: Scene, context: BrowserContext):
    planted = "planted0planted0planted0planted0"
    context.add_cookies([{"name": "sid", "value": planted, "url": scene.url}])
    sign_in(context.new_page(), scene.people["guest"])
    assert session(context) not in ("", planted)
    assert is_somebodys(scene, session(context))
    assert not is_somebodys(scene, planted)


def test_scripts_do_not_see_the_session(scene: Scene, context: BrowserContext):
    page = context.new_page()
    sign_in(page, scene.people["guest"])
    (cookie,) = (each for each in context.cookies() if each["name"] == "sid")
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
    assert session(context) not in page.evaluate("document.cookie")


def test_a_session_is_over_when_its_owner_signs_out(scene: Scene, context: BrowserContext):
    page = context.new_page()
    sign_in(page, scene.people["guest"])
    number = session(context)
    page.goto("/sign-out")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    assert not is_somebodys(scene, number)


def test_nobody_sees_by_going_back_what_somebody_saw_before_signing_out(scene: Scene, context: BrowserContext):
    page = context.new_page()
    sign_in(page, scene.people["guest"])
    page.goto("/sign-out")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    page.go_back()
    page.go_back()
    assert "gus" not in page.inner_text("body")
