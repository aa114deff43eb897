"""Debian's Chromium, driven by Playwright, and the pages that it opens."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Request, sync_playwright

from tests.engines import programs

OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-component-update",
    "--disable-background-networking",
    "--disable-sync",
    "--no-first-run",
    "--font-render-hinting=none",
]
DESKTOP, PHONE = 1440, 390
HEIGHT = 900
PATIENCE_MS = 15_000


@contextmanager
def running() -> Iterator[Browser]:
    """One Chromium for as long as the block lasts. Inside it, this thread belongs to Playwright's event loop, so
    that Django's ORM refuses to work here: what a test needs, it asks the server for."""
    program = programs.need("chromium", "chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=OPTIONS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Complaints:
    """What a browser had to complain about while its pages were open: errors of scripts, breaches of the policy of
    what may be loaded, requests that went elsewhere, boxes that popped up."""

    host: str
    texts: list[str] = field(default_factory=list)

    def listen(self, context: BrowserContext) -> None:
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self.texts.append(f"error: {error.error}"))
        context.on("dialog", self._on_dialog)
        context.on("request", self._on_request)

    def _on_console(self, message: ConsoleMessage) -> None:
        # Where a page itself was refused, the test looks at the page.
        is_of_the_page = message.page is not None and message.location["url"] == message.page.url
        if message.type in ("error", "warning") and not (is_of_the_page and "Failed to load" in message.text):
            self.texts.append(f"{message.type}: {message.text}")

    def _on_dialog(self, dialog: Dialog) -> None:
        self.texts.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _on_request(self, request: Request) -> None:
        target = urlsplit(request.url)
        if target.scheme in ("http", "https", "ws", "wss") and target.netloc != self.host:
            self.texts.append(f"request to {request.url}")

    def check(self) -> None:
        assert not self.texts, "\n".join(self.texts)


def open_context(browser: Browser, url: str, *, width: int = DESKTOP, **options: object) -> BrowserContext:
    """A browser as a person has it: its own cookies and width."""
    context = browser.new_context(
        base_url=url,
        viewport={"width": width, "height": HEIGHT},
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="UTC",
        **options,  # type: ignore[arg-type]
    )
    context.set_default_timeout(PATIENCE_MS)
    return context


def set_theme(page: Page, theme: str) -> None:
    """Let the page be shown in `light` or `dark`, as one whose system asks for it sees it."""
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page.wait_for_function("theme => document.documentElement.dataset.bsTheme === theme", arg=theme)
    # What draws itself anew has then done so.
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
