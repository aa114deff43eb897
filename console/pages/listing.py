"""A page of a long list: searched, put in order and turned by keys, all of it kept in the address.

The next page begins after the last row's key (its value in the order, and its number), so that page ten thousand
costs what the first does, and rows that come or go meanwhile shift nothing."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, QueryDict

Row = TypeVar("Row", bound=Model)
SIZE = 50
LONGEST_CURSOR = 1024
# What a page's place in the list is told by; a new search or order begins at the first page.
PLACE = ("after", "before", "at")


def text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(value)
    value.encode()  # a ValueError where it has half a character
    return value


def whole(value: Any) -> int:
    if type(value) is not int or abs(value) >= 2**63:
        raise ValueError(value)
    return value


def moment(value: Any) -> datetime:
    at = datetime.fromisoformat(text(value))
    if at.tzinfo is None:
        raise ValueError(value)
    return at.astimezone(UTC)


@dataclass(frozen=True)
class Column:
    """What a list may be put in order by: where the value lies (never NULL: Coalesce it), and how it is read back
    from an address. `descends_first`: numbers and times are looked at from the greatest."""

    path: str
    parse: Callable[[Any], object] = text
    descends_first: bool = False


class Listing(Generic[Row]):
    """The rows of one page and where it stands. `total` is how many there are, where that is known without
    counting; `counted_to` is how far they are counted, where there may be a million: then `is_more` says whether
    there are more than the total. `told` adds what is to be read with the rows of this page alone."""

    def __init__(
        self,
        request: HttpRequest,
        rows: QuerySet[Row],
        columns: Mapping[str, Column],
        *,
        usual: str,
        total: int | None = None,
        counted_to: int | None = None,
        told: Callable[[QuerySet[Row]], QuerySet[Row]] = lambda rows: rows,
        size: int = SIZE,
    ) -> None:
        self._request, self._columns, self._size = request, columns, size
        asked = request.GET.get("sort", "")
        self.sort = asked.removeprefix("-") if asked.removeprefix("-") in columns else usual
        self.is_descending = asked.startswith("-") if asked else columns[usual].descends_first
        self._column = columns[self.sort]
        self.is_more = False
        at = self._take(told(rows))
        self.total = self._count(rows, counted_to) if total is None else total
        if not self.is_more:
            at = min(at, self.total - len(self.rows))
        self.first = max(1, at + 1) if self.rows and self.has_previous else 1
        self.last = self.first + len(self.rows) - 1

    def _count(self, rows: QuerySet[Row], most: int | None) -> int:
        """Where counting may take long, nothing is counted if this page has them all."""
        if most is None:
            return rows.count()
        if not (self.has_next or self.has_previous or any(self._request.GET.get(name) for name in PLACE)):
            return len(self.rows)
        found = rows.order_by()[: most + 1].count()
        self.is_more = found > most
        return min(found, most)

    def _take(self, rows: QuerySet[Row]) -> int:
        """The rows of this page; answers how many should stand before them."""
        before = self._cursor("before")
        after = None if before else self._cursor("after")
        cursor, is_back = (before, True) if before else (after, False)
        ahead = self.is_descending == is_back
        if cursor is not None:
            rows = rows.filter(self._beyond(*cursor, ascending=ahead))
        sign = "" if ahead else "-"
        found = list(rows.order_by(f"{sign}{self._column.path}", f"{sign}pk")[: self._size + 1])
        has_beyond, found = len(found) > self._size, found[: self._size]
        self.rows: Sequence[Row] = found[::-1] if is_back else found
        self.has_next = bool(self.rows) and (is_back or has_beyond)
        self.has_previous = bool(self.rows) and (has_beyond if is_back else after is not None)
        return self.request_number("at") if cursor is not None else 0

    @property
    def is_empty(self) -> bool:
        return not self.rows

    @property
    def is_narrowed(self) -> bool:
        """Whether the address asks for some of the rows only, so that none does not mean that there are none."""
        return any(value for name, value in self._request.GET.items() if name not in ("sort", *PLACE))

    @property
    def next_url(self) -> str:
        return self._place("after", self.rows[-1], self.last) if self.has_next else ""

    @property
    def previous_url(self) -> str:
        return self._place("before", self.rows[0], self.first - 1 - self._size) if self.has_previous else ""

    def sorted_url(self, key: str) -> str:
        """The same list in the order of another column, or of this one turned round."""
        turned = not self.is_descending if key == self.sort else self._columns[key].descends_first
        return self._url(sort=f"-{key}" if turned else key)

    def request_number(self, name: str) -> int:
        value = self._request.GET.get(name, "")
        return int(value) if value.isdecimal() and len(value) < 13 else 0

    def _beyond(self, value: object, key: int, *, ascending: bool) -> Q:
        word = "gt" if ascending else "lt"
        path = self._column.path
        # What an index on the path alone narrows it to, and of equal values those behind the key.
        return Q(**{f"{path}__{word}e": value}) & (Q(**{f"{path}__{word}": value}) | Q(**{f"pk__{word}": key}))

    def _cursor(self, name: str) -> tuple[object, int] | None:
        """Where to begin, as an address of ours has it; from the start where it is no such thing."""
        given = self._request.GET.get(name, "")
        if not given or len(given) > LONGEST_CURSOR:
            return None
        try:
            value, key = json.loads(base64.urlsafe_b64decode(given + "=" * (-len(given) % 4)))
            return self._column.parse(value), whole(key)
        except (ValueError, TypeError, OverflowError, binascii.Error, RecursionError):
            return None

    def _place(self, name: str, row: Row, at: int) -> str:
        value: Any = row
        for part in self._column.path.split("__"):
            value = getattr(value, part)
        told = value.isoformat() if isinstance(value, datetime) else value
        cursor = base64.urlsafe_b64encode(json.dumps([told, row.pk]).encode()).decode().rstrip("=")
        return self._url(**{name: cursor, "at": str(max(at, 0))})

    def _url(self, **changes: str) -> str:
        query: QueryDict = self._request.GET.copy()
        for name in PLACE:
            query.pop(name, None)
        for name, value in changes.items():
            query[name] = value
        return f"?{query.urlencode()}"
