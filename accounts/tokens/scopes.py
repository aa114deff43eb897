"""What a client asks a token for: `repository:library/app:pull,push`."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.exceptions import Invalid

MOST_SCOPES = 50
MOST_CHARACTERS = 8 * 1024


@dataclass(frozen=True)
class Scope:
    """One thing asked for. A scope that makes no sense has no actions, and is granted none."""

    type: str
    name: str
    actions: frozenset[str]


def parse(values: Sequence[str]) -> tuple[Scope, ...]:
    """The scopes asked for, repeated or parted by spaces; the actions of one name are put together.

    Odd ones are taken as they are, for granting decides. Only what cannot be meant well is Invalid: far too
    many at once (a token has to fit into a header), or characters that no scope has."""
    whole = " ".join(values)
    if len(whole) > MOST_CHARACTERS or not (whole.isascii() and whole.isprintable()):
        raise Invalid(f"scopes are at most {MOST_CHARACTERS} printable ASCII characters together")
    actions: dict[tuple[str, str], frozenset[str]] = {}
    for text in whole.split(" "):
        if text:
            scope = _parse_one(text)
            key = (scope.type, scope.name)
            actions[key] = actions.get(key, frozenset()) | scope.actions
    if len(actions) > MOST_SCOPES:
        raise Invalid(f"more than {MOST_SCOPES} scopes are asked for at once")
    return tuple(Scope(type_, name, asked) for (type_, name), asked in actions.items())


def _parse_one(text: str) -> Scope:
    type_, _, rest = text.partition(":")
    if ":" not in rest:
        return Scope(type_, rest, frozenset())
    name, _, actions = rest.rpartition(":")
    return Scope(type_, name, frozenset(filter(None, actions.split(","))))
