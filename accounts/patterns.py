"""Patterns for the names of repositories and tags, as Harbor's rules write them.

`*` matches within one part of a name, `**` across parts, `?` one character, `{a,b}` either; a pattern behind
`!` matches all but what it says. The empty pattern matches everything."""

import re
from functools import lru_cache

from accounts.exceptions import Invalid

LONGEST = 255
_PIECES = re.compile(r"\*\*/|\*\*|\*|\?|\{[^{}]*\}|[^*?{}]+")


def matches(pattern: str, name: str) -> bool:
    if not pattern:
        return True
    return bool(_compiled(pattern.removeprefix("!")).fullmatch(name)) is not is_excluding(pattern)


def is_excluding(pattern: str) -> bool:
    return pattern.startswith("!")


def regex(pattern: str) -> str:
    """What a pattern says, or says no to, as a regular expression that databases understand too."""
    return _compiled(pattern.removeprefix("!")).pattern


def check(pattern: str) -> str:
    """The pattern, if it can be one; Invalid otherwise."""
    if len(pattern) > LONGEST or pattern == "!" or any(ord(each) < 0x20 for each in pattern):
        raise Invalid(f"a pattern has at most {LONGEST} characters, and something behind its '!'")
    if "".join(_PIECES.findall(pattern)) != pattern:
        raise Invalid("a pattern's { needs its }, and they do not nest")
    return pattern


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile("".join(_as_regex(piece) for piece in _PIECES.findall(pattern)), re.DOTALL)


def _as_regex(piece: str) -> str:
    if piece == "**/":  # no part at all, or parts and their slash
        return "(?:.*/)?"
    if piece[0] == "{":
        return f"(?:{'|'.join(_inner(each) for each in piece[1:-1].split(','))})"
    return _inner(piece)


def _inner(text: str) -> str:
    """The wild cards of a text without braces."""
    wild = {"**": ".*", "*": "[^/]*", "?": "[^/]"}
    return "".join(wild.get(each) or re.escape(each) for each in re.split(r"(\*\*|\*|\?)", text))
