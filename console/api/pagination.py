"""Pages as Harbor counts them: `page` and `page_size`, a total, and links to the page before and behind."""

import re
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import quote

from django.db.models import Model, QuerySet
from rest_framework.request import Request

from console.api.errors import Unprocessable

Row = TypeVar("Row", bound=Model)

USUAL_SIZE = 10
LARGEST_SIZE = 100
# Beyond it there is nothing in any list, and no database counts further.
LAST_PAGE = 10**9
# What may stand in a link as it is. Harbor escapes nothing there; these must be, or the link says something else.
PLAIN = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '%&#+<>"\\')


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of one page, and the headers that tell where it stands."""

    rows: list[Row]
    headers: dict[str, str]


def cut(request: Request, rows: QuerySet[Row]) -> Page[Row]:
    """The page that the request asks for."""
    number = _whole(request, "page", 1, LAST_PAGE)
    size = _whole(request, "page_size", USUAL_SIZE, LARGEST_SIZE)
    total = rows.count()
    first = (number - 1) * size
    headers = {"X-Total-Count": str(total)}
    links = []
    if number > 1 and first < total:
        links.append(_link(request, number - 1, size, "prev"))
    if first + size < total:
        links.append(_link(request, number + 1, size, "next"))
    if links:
        headers["Link"] = " , ".join(links)
    return Page(list(rows[first : first + size]) if first < total else [], headers)


def _whole(request: Request, name: str, usual: int, most: int) -> int:
    value = request.query_params.get(name)
    if value is None:
        return usual
    if not re.fullmatch("[0-9]{1,18}", value) or not 1 <= int(value) <= most:
        raise Unprocessable(f"{name} must be a whole number from 1 to {most}")
    return int(value)


def _link(request: Request, number: int, size: int, relation: str) -> str:
    query = {**request.query_params.dict(), "page": str(number), "page_size": str(size)}
    sent = "&".join(f"{quote(name, PLAIN)}={quote(str(value), PLAIN)}" for name, value in sorted(query.items()))
    path = quote(re.sub("/+", "/", request.path_info))
    return f'<{path}?{sent}>; rel="{relation}"'
