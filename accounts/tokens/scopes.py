"""What a client asks a token for: `repository:library/app:pull,push`."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.exceptions import Invalid

MOST_SCOPES = 50
MOST_CHARACTERS = 16 * 1024


@dataclass(frozen=True)
class Scope:
    """One thing asked for. A scope that makes no sense has no actions, and is granted none."""

    type: str
    name: str
    actions: frozenset[str]


def parse(values: Sequence[str]) -> tuple[Scope, ...]:
    """The scopes asked for, repeated or parted by spaces; the actions of one name are put together.

    Odd ones are taken as they are, for granting decides; only asking for far too many is Invalid."""
    if sum(map(len, values)) > MOST_CHARACTERS:
        raise Invalid(f"the scopes are longer than {MOST_CHARACTERS} characters")
    actions: dict[tuple[str, str], frozenset[str]] = {}
    for text in " ".join(values).split(" "):
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
