"""Texts that clients sent, as they may stand on a page: what they hide is shown, and what is endless is cut.

A character that shows nothing, or turns around what follows it, stands as its escape in JSON (`\\u202e`). So a JSON
document says the same as before, and nothing looks like what it is not."""

import json
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

LONGEST = 4096
LONGEST_DOCUMENT = 200_000
LONGEST_LINK = 500
DEEPEST_INDENT = 24
# Controls, what has no width, what changes direction, ends of lines that are none, tags, half characters. What joins
# letters and pictures is left: some scripts cannot be read without it.
HIDDEN = re.compile(
    "[\0-\b\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff\ud800-\udfff]"
)
TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
OPENING, CLOSING = {"{": "}", "[": "]"}, {"}", "]"}


def revealed(text: str) -> str:
    """The text with all that it hides."""
    return HIDDEN.sub(lambda found: _escaped(found[0]), text)


def legible(text: str, longest: int = LONGEST) -> str:
    """The same, cut: an ellipsis stands for the rest."""
    shown = revealed(text[:longest])
    return f"{shown}…" if len(text) > longest else shown


def is_link(text: str) -> bool:
    """Whether it is an address of the web that leads where it says."""
    if len(text) > LONGEST_LINK or not text.isascii() or re.search(r"[\s\\<>\"`]", text) or HIDDEN.search(text):
        return False
    try:
        address = urlsplit(text)
    except ValueError:
        return False
    return address.scheme in ("http", "https") and bool(address.hostname) and "@" not in address.netloc


def document(content: bytes, longest: int = LONGEST_DOCUMENT) -> tuple[str, bool]:
    """A document to be read, and whether all of it is there. JSON is put in lines, each word as it was sent."""
    text = content.decode("utf-8", "backslashreplace")
    pieces = _indented(text) if _is_json(text) else iter([text])
    taken: list[str] = []
    room = longest
    for piece in pieces:
        taken.append(piece[:room])
        room -= len(piece)
        if room < 0:
            break
    return revealed("".join(taken)), room >= 0


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _indented(text: str) -> Iterator[str]:
    """Numbers, repeated keys and the like stay as they are: nothing is read, only set in lines."""
    depth, before = 0, ""
    for found in TOKEN.finditer(text):
        token = found[0]
        depth -= token in CLOSING
        is_empty = OPENING.get(before) == token
        if before == "," or ((before in OPENING or token in CLOSING) and not is_empty):
            yield "\n" + "  " * min(depth, DEEPEST_INDENT)
        elif before == ":":
            yield " "
        yield token
        depth += token in OPENING
        before = token


def _escaped(character: str) -> str:
    return f"\\u{ord(character):04x}" if ord(character) == 0x7F else json.dumps(character)[1:-1]
