"""How long the console's pages take to their first HTML in a registry that has grown: 100,000 artifacts in one
repository, 10,000 projects, a million audit records. Asked for by an admin's browser, one at a time."""

import re
import time
from dataclasses import dataclass
from html import unescape
from statistics import median
from urllib.parse import quote

from bench.contestants import Contestant
from bench.wire import Connection

TURNS = 25
AIM_MILLISECONDS = 150
# How far a list is turned before its page is measured.
PAGES_TURNED = 5
NEXT = re.compile(rb'rel="next" href="([^"]+)"')

PAGES = {
    "home": "/",
    "projects": "/projects",
    "repositories of a project": "/projects/many",
    "artifacts of a repository": "/projects/many/app",
    "audit log": "/logs",
    "audit log of a project": "/projects/many/-/logs",
    "search": "/search?q=app",
}
TURNED = ("projects", "artifacts of a repository", "audit log")


@dataclass(frozen=True)
class PageTime:
    """The median time to the whole HTML of a page, and what it weighs uncompressed."""

    page: str
    database: str
    milliseconds: float
    size: int


def measured(at: Contestant, database: str) -> list[PageTime]:
    cookie = _signed_in(at)
    with at.connect() as connection:
        figures = [_page(connection, page, target, database, cookie) for page, target in PAGES.items()]
        for page in TURNED:
            target = _turned(connection, PAGES[page], cookie)
            figures.append(_page(connection, f"{page}, {PAGES_TURNED} pages on", target, database, cookie))
    return figures


def _signed_in(at: Contestant) -> str:
    """A header with the session of the admin."""
    body = f"principal={quote(at.username)}&password={quote(at.password)}".encode()
    kind = "Content-Type: application/x-www-form-urlencoded\r\n"
    with at.connect() as connection:
        answer = connection.ask("POST", "/c/login", kind, expect=200, body=body)
        found = re.search(r"sid=[^;]+", answer.headers["set-cookie"])
    assert found is not None, "no session's cookie came last"
    return f"Cookie: {found[0]}\r\nAccept: text/html\r\n"


def _page(connection: Connection, page: str, target: str, database: str, cookie: str) -> PageTime:
    seconds = []
    size = 0
    for _ in range(TURNS):
        began = time.perf_counter()
        size = connection.discard(connection.ask("GET", target, cookie, expect=200))
        seconds.append(time.perf_counter() - began)
    return PageTime(page, database, median(seconds) * 1000, size)


def _turned(connection: Connection, path: str, cookie: str) -> str:
    target = path
    for _ in range(PAGES_TURNED):
        html = connection.read(connection.ask("GET", target, cookie, expect=200))
        found = NEXT.search(html)
        assert found is not None, f"{target} has no next page"
        target = path + unescape(found[1].decode())
    return target
