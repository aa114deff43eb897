"""Signing people in by the form, once each: their next browsers begin with the cookies of the first."""

from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, StorageState

from tests.browser import chromium
from tests.browser.scene import Scene
from tests.engines.registries import Registry


class Doors:
    def __init__(self, browser: Browser, scene: Scene) -> None:
        self._browser = browser
        self._scene = scene
        self._states: dict[str, StorageState] = {}
        self.host = urlsplit(scene.url).netloc

    def context(self, who: str, **options: Any) -> BrowserContext:
        """A browser in which this person is signed in; nobody, for `anonymous`."""
        if who == "anonymous":
            return chromium.open_context(self._browser, self._scene.url, **options)
        if who not in self._states:
            with chromium.open_context(self._browser, self._scene.url) as context:
                sign_in(context.new_page(), self._scene.people[who])
                self._states[who] = context.storage_state()
        return chromium.open_context(self._browser, self._scene.url, storage_state=self._states[who], **options)


def sign_in(page: Page, person: Registry) -> None:
    """From wherever the page is led; it ends where the form leads."""
    if "/sign-in" not in page.url:
        page.goto("/sign-in")
    page.get_by_label("User name").fill(person.username)
    page.get_by_label("Password", exact=True).fill(person.password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
