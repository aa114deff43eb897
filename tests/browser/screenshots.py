"""`python -m tests.browser.screenshots [folder] [names]`: a picture of every page, 1440 and 390 wide, light and dark,
so that somebody looks at each."""

import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import BrowserContext, Page

from tests.browser import chromium, pages
from tests.browser.people import Doors
from tests.browser.scene import Scene, Stage
from tests.server import ROOT

WIDTHS = (chromium.DESKTOP, chromium.PHONE)
THEMES = ("light", "dark")
# Who is in the picture; where nobody is named, the system admin.
SEEN_BY = {"sign-in": "anonymous", "sign-up": "anonymous", "home": "developer"}


def main(arguments: Sequence[str]) -> int:
    folder = Path(arguments[0]) if arguments else ROOT / "screenshots"
    names = arguments[1:] or [*pages.PAGES]
    with tempfile.TemporaryDirectory(prefix="roadstead-scene-") as place, Stage(Path(place)) as stage:
        scene = stage.set("plain")
        with chromium.running() as browser:
            doors = Doors(browser, scene)
            if not arguments[1:]:
                shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True, exist_ok=True)
            taken = sum(_take(doors, scene, names, width, folder) for width in WIDTHS)
    print(f"{taken} pictures are in {folder}")
    return 0


def _take(doors: Doors, scene: Scene, names: Sequence[str], width: int, folder: Path) -> int:
    """Pictures of all these pages at one width. Answers how many."""
    contexts: dict[str, BrowserContext] = {}
    try:
        for name in names:
            who = SEEN_BY.get(name, "sysadmin")
            context = contexts.get(who) or contexts.setdefault(who, doors.context(who, width=width))
            page = context.new_page()
            page.goto(pages.address(scene, name))
            for theme in THEMES:
                take(page, folder / f"{name}-{width}-{theme}.png", theme)
            page.close()
    finally:
        for context in contexts.values():
            context.close()
    return len(names) * len(THEMES)


def take(page: Page, file: Path, theme: str) -> None:
    chromium.set_theme(page, theme)
    page.screenshot(path=file, full_page=True, animations="disabled", caret="hide")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
