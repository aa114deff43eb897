"""What a page of another site makes a browser do that is signed in here: nothing."""

import json
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser import pages
from tests.browser.attacks.foreign import Site
from tests.browser.pages import ACTIONS, PAGES
from tests.browser.people import Doors
from tests.browser.scene import Scene

SEND = """([url, kind, body]) => fetch(url, {method: 'POST', mode: 'no-cors', credentials: 'include',
    headers: {'Content-Type': kind}, body}).catch(() => null)"""


@pytest.fixture
def context(doors: Doors):
    with doors.context("sysadmin") as opened:
        yield opened


def form(target: str, **values: str) -> str:
    """One that sends itself."""
    fields = "".join(f"<input name='{name}' value='{value}'>" for name, value in values.items())
    return f"<form method=post action='{target}'>{fields}</form><script>document.forms[0].submit()</script>"


def state(scene: Scene) -> dict[str, Any]:
    """What there is to change, as the system admin sees it."""
    lists = ("projects", "users", "robots", "usergroups", "labels?scope=g", "configurations", "projects/team/members")
    return {path: scene.ask("sysadmin", "GET", f"/{path}", status=200) for path in lists}


@pytest.mark.parametrize("name", PAGES | ACTIONS)
def test_a_form_without_our_token_is_refused(name: str, scene: Scene, context: BrowserContext):
    answer = context.request.post(pages.address(scene, name), form={"name": "theirs"}, max_redirects=0)
    assert answer.status == 403


@pytest.mark.parametrize("path", ["/me/profile", "/me/password", "/sign-out", "/projects/new"])
def test_a_form_of_another_site_changes_nothing(path: str, scene: Scene, context: BrowserContext, site: Site):
    """The cookie of the session does not come along either."""
    before = state(scene)
    page = context.new_page()
    page.goto(site.serve(form(f"{scene.url}{path}", name="theirs", realname="theirs", password="Theirs-12345")))
    page.wait_for_url(f"{scene.url}/**")
    assert state(scene) == before
    assert context.request.get("/api/v2.0/users/current").status == 200


def test_a_script_of_another_site_changes_nothing(scene: Scene, context: BrowserContext, site: Site):
    before = state(scene)
    page = context.new_page()
    page.goto(site.serve("<p>good day</p>"))
    body = json.dumps({"project_name": "theirs"})
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        page.evaluate(SEND, [f"{scene.url}/api/v2.0/projects", kind, body])
        page.evaluate(SEND, [f"{scene.url}/projects", kind, "project_name=theirs"])
    assert state(scene) == before


def test_a_script_of_another_site_reads_nothing(scene: Scene, context: BrowserContext, site: Site):
    page = context.new_page()
    page.goto(site.serve("<p>good day</p>"))
    for path in ("/", "/projects", "/api/v2.0/projects", "/api/v2.0/users/current"):
        read = page.evaluate(
            "u => fetch(u, {credentials: 'include'}).then(a => a.text(), () => null)", scene.url + path
        )
        assert read is None, path


def test_another_site_signs_nobody_in(scene: Scene, doors: Doors, site: Site):
    """Else somebody would work, unaware, in an account that others read."""
    guest = scene.people["guest"]
    with doors.context("anonymous") as context:
        page = context.new_page()
        values = {"username": guest.username, "password": guest.password, "principal": guest.username}
        for path in ("/sign-in", "/c/login"):
            page.goto(site.serve(form(f"{scene.url}{path}", **values)))
            page.wait_for_url(f"{scene.url}{path}")
            assert "sid" not in {cookie["name"] for cookie in context.cookies()}


def test_another_site_shows_no_page_in_a_frame(scene: Scene, context: BrowserContext, site: Site):
    page = context.new_page()
    page.goto(site.serve("".join(f"<iframe src='{scene.url}{path}'></iframe>" for path in ("/", "/sign-in"))))
    page.wait_for_load_state("networkidle")
    assert [frame.url for frame in page.frames[1:]] == ["chrome-error://chromewebdata/"] * 2


def test_another_site_keeps_no_hold_on_a_window_of_ours(scene: Scene, context: BrowserContext, site: Site):
    page: Page = context.new_page()
    page.goto(site.serve(f"<a href='{scene.url}/' target=ours>ours</a>"))
    with context.expect_page() as opening:
        page.evaluate("url => { window.ours = window.open(url, 'ours') }", f"{scene.url}/")
    opening.value.wait_for_load_state()
    assert page.evaluate("window.ours.closed") is True


def test_looking_changes_nothing(scene: Scene, context: BrowserContext):
    before = state(scene)
    for name in PAGES | ACTIONS:
        context.request.get(pages.address(scene, name))
    assert state(scene) == before
