"""Pages as Harbor counts them: `page` and `page_size`, a total, and links to the page before and behind."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import quote

from django.db.models import Model, QuerySet
from rest_framework.request import Request

from console.api.errors import Unprocessable

Row = TypeVar("Row", bound=Model)
Item = TypeVar("Item")

USUAL_SIZE = 10
LARGEST_SIZE = 100
# So many rows are skipped in no time.
NEAR = 200
# Beyond it there is nothing in any list, and no database counts further.
LAST_PAGE = 10**9
# What may stand in a link as it is. Harbor escapes nothing there; these must be, or the link says something else.
PLAIN = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '%&#+<>"\\')


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of one page, and the headers that tell where it stands."""

    rows: list[Row]
    headers: dict[str, str]


def _as_they_are(rows: QuerySet[Row]) -> QuerySet[Row]:
    return rows


def cut(
    request: Request,
    rows: QuerySet[Row],
    *,
    total: int | None = None,
    told: Callable[[QuerySet[Row]], QuerySet[Row]] = _as_they_are,
) -> Page[Row]:
    """The page that the request asks for, of rows in a total order. `total` is how many there are, where
    that is known without counting; `told` adds what is to be read with the rows of the page."""
    total = rows.count() if total is None else total
    number, size, headers = _place(request, total)
    first = (number - 1) * size
    if first >= total:
        return Page([], headers)
    if first < NEAR:
        return Page(list(told(rows)[first : first + min(size, total - first)]), headers)
    return Page(_far(rows, first, min(size, total - first), total, told), headers)


def cut_list(request: Request, rows: Sequence[Item]) -> tuple[list[Item], dict[str, str]]:
    """The page of a list that is at hand as a whole, with its headers."""
    number, size, headers = _place(request, len(rows))
    return list(rows[(number - 1) * size : number * size]), headers


def _place(request: Request, total: int) -> tuple[int, int, dict[str, str]]:
    """Which page is asked for, of what size, and what is told of its place."""
    number = _whole(request, "page", 1, LAST_PAGE)
    size = _whole(request, "page_size", USUAL_SIZE, LARGEST_SIZE)
    first = (number - 1) * size
    headers = {"X-Total-Count": str(total)}
    links = []
    if number > 1 and first < total:
        links.append(_link(request, number - 1, size, "prev"))
    if first + size < total:
        links.append(_link(request, number + 1, size, "next"))
    if links:
        headers["Link"] = " , ".join(links)
    return number, size, headers


def _far(
    rows: QuerySet[Row], first: int, count: int, total: int, told: Callable[[QuerySet[Row]], QuerySet[Row]]
) -> list[Row]:
    """So many rows from there on. Of a page far behind the index alone tells which ones they are, from the
    nearer end; only then are they read, by their keys, so that it costs hardly more than the first."""
    keys = rows.values_list("pk", flat=True)
    if first <= total // 2:
        wanted = list(keys[first : first + count])
    else:
        wanted = list(keys.reverse()[total - first - count : total - first])[::-1]
    found = {row.pk: row for row in told(rows.model._default_manager.filter(pk__in=wanted))}
    return [found[key] for key in wanted if key in found]


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
