"""`python -m tests.browser.pictures`: the pictures of docs/console.md, small enough to be kept with it."""

import base64
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from tests.browser import chromium, pages
from tests.browser.people import Doors
from tests.browser.scene import Stage
from tests.server import ROOT

FOLDER = ROOT / "docs" / "pictures"
QUALITY = 55
# What the picture shows, and who looks; where nobody is named, the system admin.
SHOWN = {
    "sign-in": "anonymous",
    "home": "sysadmin",
    "projects": "developer",
    "project": "admin",
    "members": "admin",
    "labels": "admin",
    "project-robots": "admin",
    "project-logs": "admin",
    "project-settings": "admin",
    "repository": "maintainer",
    "history-of-tag": "maintainer",
    "deleted": "maintainer",
    "artifact": "developer",
    "artifact-delete": "maintainer",
    "layers": "developer",
    "referrers": "developer",
    "manifest": "developer",
    "disk": "sysadmin",
    "search": "developer",
    "logs": "sysadmin",
    "why-answered": "sysadmin",
    "refusal": "guest",
    "users": "sysadmin",
    "groups": "sysadmin",
    "roles": "sysadmin",
    "identity": "sysadmin",
    "robots": "sysadmin",
    "jobs": "sysadmin",
    "job": "sysadmin",
    "job-service": "sysadmin",
    "quotas": "sysadmin",
    "system": "sysadmin",
    "configuration": "sysadmin",
    "me": "developer",
    "tokens": "sysadmin",
}
# These are shown in the dark, to tell that it is there.
DARK = {"artifact", "job-service", "layers"}


def main() -> int:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="roadstead-scene-") as place, Stage(Path(place)) as stage:
        scene = stage.set("plain")
        with chromium.running() as browser:
            doors = Doors(browser, scene)
            for name, who in SHOWN.items():
                with doors.context(who) as context:
                    page = context.new_page()
                    page.goto(pages.address(scene, name))
                    chromium.set_theme(page, "dark" if name in DARK else "light")
                    _take(page, FOLDER / f"{name}.webp")
    print(f"{len(SHOWN)} pictures are in {FOLDER}")
    return 0


def _take(page: Page, file: Path) -> None:
    session = page.context.new_cdp_session(page)
    taken = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    file.write_bytes(base64.b64decode(taken["data"]))


if __name__ == "__main__":
    sys.exit(main())
