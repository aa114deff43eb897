"""Patterns for the names of repositories and tags, as Harbor's rules write them.

`*` matches within one part of a name, `**` across parts, `?` one character, `{a,b}` either; a pattern behind
`!` matches all but what it says. The empty pattern matches everything.

People write them and every push asks them, so none may take long. Python's regular expressions would be busy with
some for years; here a name is read once, whatever the pattern."""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product

from accounts.exceptions import Invalid

LONGEST = 255
MOST_ALTERNATIVES = 64
_PIECES = re.compile(r"\*\*/|\*\*|\*|\?|\{[^{}]*\}|[^*?{}]+")


def matches(pattern: str, name: str) -> bool:
    if not pattern:
        return True
    return _fits(pattern.removeprefix("!"), name) is not is_excluding(pattern)


def is_excluding(pattern: str) -> bool:
    return pattern.startswith("!")


def regex(pattern: str) -> str:
    """What a pattern says, or says no to, as a regular expression for PostgreSQL, which is never long over one."""
    return "".join(_as_regex(piece) for piece in _PIECES.findall(pattern.removeprefix("!")))


def check(pattern: str) -> str:
    """The pattern, if it can be one; Invalid otherwise."""
    if len(pattern) > LONGEST or pattern == "!" or any(ord(each) < 0x20 for each in pattern):
        raise Invalid(f"a pattern has at most {LONGEST} characters, and something behind its '!'")
    if "".join(_PIECES.findall(pattern)) != pattern:
        raise Invalid("a pattern's { needs its }, and they do not nest")
    count = 1
    for piece in _PIECES.findall(pattern):
        count *= len(_choices(piece))
    if count > MOST_ALTERNATIVES:
        raise Invalid(f"the braces of a pattern come to {MOST_ALTERNATIVES} alternatives at most")
    return pattern


@lru_cache(maxsize=4096)
def _fits(pattern: str, name: str) -> bool:
    return any(machine.accepts(name) for machine in _compiled(pattern))


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> tuple["_Machine", ...]:
    """One machine for each way to choose from the braces."""
    ways = product(*(_choices(piece) for piece in _PIECES.findall(pattern)))
    return tuple(_machine("".join(way)) for way in ways)


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


def _choices(piece: str) -> list[str]:
    return piece[1:-1].split(",") if piece.startswith("{") else [piece]


@dataclass
class _Machine:
    """A pattern as places on a line, each a bit, of which several may be reached at once.

    At each character a place is left for the next (`steps` on this one, `any_step` on all but a slash), or kept
    (`stays` on anything, `part_stays` on all but a slash). `skips` lead on by one at once, `far_skips` by two."""

    steps: dict[str, int] = field(default_factory=dict)
    any_step: int = 0
    stays: int = 0
    part_stays: int = 0
    skips: int = 0
    far_skips: int = 0
    end: int = 1

    def accepts(self, name: str) -> bool:
        reached = self._skipped(1)
        for character in name:
            moved, kept = self.steps.get(character, 0), self.stays
            if character != "/":
                moved, kept = moved | self.any_step, kept | self.part_stays
            reached = self._skipped((reached & moved) << 1 | (reached & kept))
        return bool(reached & self.end)

    def _skipped(self, reached: int) -> int:
        while True:
            further = reached | (reached & self.skips) << 1 | (reached & self.far_skips) << 2
            if further == reached:
                return reached
            reached = further

    def add(self, piece: str) -> None:
        here = self.end
        self.end <<= 1
        if piece == "**/":  # no part at all, or parts and their slash
            self.skips |= here
            self.far_skips |= here
            self.stays |= here << 1
            self.steps["/"] = self.steps.get("/", 0) | here << 1
            self.end <<= 1
        elif piece == "?":
            self.any_step |= here
        elif piece in ("*", "**"):
            self.skips |= here
            self.stays |= here if piece == "**" else 0
            self.part_stays |= here
        else:
            self.steps[piece] = self.steps.get(piece, 0) | here


def _machine(pattern: str) -> _Machine:
    made = _Machine()
    for piece in re.findall(r"\*\*/|\*\*|.", pattern, re.DOTALL):
        made.add(piece)
    return made
