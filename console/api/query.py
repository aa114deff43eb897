"""The parameters `q` and `sort`, by which lists are searched and put in order, in Harbor's language.

Terms stand with commas between: `name=app` exactly, `name=~app` within, `creation_time=[2026-01-01T00:00:00~]`
from to, `name={a b}` any of. Keys that a list does not know are ignored, as in Harbor."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import unquote_plus

from django.db.models import Model, Q, QuerySet
from rest_framework.request import Request

from accounts.exceptions import Invalid

Row = TypeVar("Row", bound=Model)
LARGEST_NUMBER = 2**63 - 1
# Around the values of lists and ranges, where one likes.
QUOTES = "\"'"


@dataclass(frozen=True)
class Column:
    """What a key stands for: where the value lies, and how it is written; or `special`, what a term's value
    asks for in words of its own."""

    path: str
    parse: Callable[[str], object]
    special: Callable[[str], Q] | None = None


def text(value: str) -> str:
    return value


def whole(value: str) -> int:
    number = int(value) if re.fullmatch("-?[0-9]{1,19}", value) else LARGEST_NUMBER + 1
    if abs(number) > LARGEST_NUMBER:
        raise Invalid(f"{value[:20]} is not a whole number")
    return number


def flag(value: str) -> bool:
    try:
        return {"true": True, "1": True, "false": False, "0": False}[value.lower()]
    except KeyError:
        raise Invalid(f"{value[:20]} is neither true nor false") from None


def time(value: str) -> datetime:
    try:
        return datetime.strptime(value, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        raise Invalid(f"{value[:20]} is not a time, such as 2026-01-31T12:00:00") from None


def select(
    rows: QuerySet[Row],
    request: Request,
    columns: Mapping[str, Column],
    *,
    usual_order: str,
    descending: bool = False,
) -> QuerySet[Row]:
    """The rows that `q` asks for, in the order of `sort`; the row's number last, so that pages are stable."""
    for condition in _conditions(asked(request), columns):
        rows = rows.filter(condition)
    order = [*_order(request.query_params.get("sort", ""), columns)]
    if not order:
        sign = "-" if descending else ""
        return rows.order_by(f"{sign}{columns[usual_order].path}", f"{sign}pk")
    return rows.order_by(*order, "-pk" if order[0].startswith("-") else "pk")


def asked(request: Request) -> str:
    """The terms of `q`; clients encode them twice."""
    return unquote_plus(request.query_params.get("q", ""))


def exactly(request: Request, key: str) -> str:
    """What `q` wants this key to be, where that decides which list is asked for; empty where it does not say."""
    for term in unquote_plus(request.query_params.get("q", "")).split(","):
        name, _, value = term.partition("=")
        if _snake(name) == key:
            return value
    return ""


def _conditions(asked: str, columns: Mapping[str, Column]) -> Iterator[Q]:
    if "\0" in asked:
        raise Invalid("the query has a character that is in no name")
    for term in asked.split(",") if asked else ():
        key, _, value = term.partition("=")
        if not key or not value:
            raise Invalid("each term of q must be of the form key=value")
        condition = _condition(columns.get(_snake(key)), value)
        if condition is not None:
            yield condition


def _condition(column: Column | None, value: str) -> Q | None:
    """None where the term is well formed but says nothing here."""
    if column is not None and column.special is not None:
        return column.special(value)
    if value[0] == "~":
        return _within(column, value[1:])
    if value[0] == "[":
        return _between(column, value)
    if value[0] in "{(":
        listed = (each.strip(QUOTES) for each in enclosed(value, "}" if value[0] == "{" else ")").split())
        if column is None or value[0] == "(":
            return None
        return Q(**{f"{column.path}__in": [column.parse(each) for each in listed]})
    return None if column is None else Q(**{column.path: column.parse(value.removeprefix("\\"))})


def _within(column: Column | None, part: str) -> Q | None:
    if not part:
        raise Invalid("~ must be followed by what is looked for")
    if column is not None and column.parse is not text:
        raise Invalid("~ looks within texts only")
    return None if column is None else Q(**{f"{column.path}__icontains": part})


def _between(column: Column | None, value: str) -> Q | None:
    least, tilde, most = (part.strip().strip(QUOTES) for part in enclosed(value, "]").partition("~"))
    if not tilde or "~" in most or not (least or most):
        raise Invalid("a range must be of the form [min~max], where one of the two may be missing")
    if column is None:
        return None
    bounds = {"gte": least, "lte": most}
    return Q(**{f"{column.path}__{name}": column.parse(bound) for name, bound in bounds.items() if bound})


def enclosed(value: str, end: str) -> str:
    if len(value) < 2 or value[-1] != end:
        raise Invalid(f"{value[:20]} must end with {end}")
    return value[1:-1]


def _order(asked: str, columns: Mapping[str, Column]) -> Iterator[str]:
    for key in asked.split(","):
        column = columns.get(_snake(key.removeprefix("-")))
        if column is not None and column.path:
            yield f"-{column.path}" if key.startswith("-") else column.path


def _snake(key: str) -> str:
    """Harbor takes a key as creation_time, CreationTime and ProjectID alike."""
    return re.sub("(?<=[a-z0-9])(?=[A-Z])", "_", key).lower()
