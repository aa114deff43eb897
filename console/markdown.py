"""Markdown that others wrote (descriptions, a chart's README), made safe to stand in our pages.

The parser knows no HTML, and what it makes is sanitised again. No picture is loaded, for that would tell another site
who reads; its words are a link to it. Headings follow those of the page without a gap, none takes an id or a class."""

from collections.abc import Sequence
from functools import lru_cache
from html import escape

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from console import foreign

# More than this is shown as it was written: to read it as Markdown would keep everybody waiting.
LONGEST = 64 << 10
# fmt: off
TAGS = {
    "a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}
# fmt: on
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}
REL = "nofollow noopener noreferrer"
DEEPEST_HEADING = 6


@lru_cache(maxsize=128)
def render(text: str, *, below: int = 2) -> SafeString:
    """HTML of this Markdown; its first heading is one deeper than the page's heading `below` which it stands."""
    if len(text) > LONGEST:
        return SafeString(f"<pre>{escape(foreign.revealed(text))}</pre>")
    tokens = _parser.parse(foreign.revealed(text))
    _follow(tokens, below)
    _find_links(tokens)
    made = _parser.renderer.render(tokens, _parser.options, {})
    clean = nh3.clean(made, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=REL)
    return mark_safe(clean)  # noqa: S308  sanitised in the line above


def _follow(tokens: Sequence[Token], below: int) -> None:
    """Let each heading be at most one deeper than the one before it."""
    before = below
    for token in tokens:
        if token.type == "heading_open":
            before = min(int(token.tag[1:]) + below, before + 1, DEEPEST_HEADING)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{before}"


def _find_links(tokens: Sequence[Token]) -> None:
    """Note at each picture whether it stands in a link."""
    for token in tokens:
        depth = 0
        for part in token.children or ():
            depth += {"link_open": 1, "link_close": -1}.get(part.type, 0)
            part.meta["is_in_link"] = depth > 0


def _picture(_renderer: RendererHTML, tokens: Sequence[Token], at: int, _options: OptionsDict, _env: EnvType) -> str:
    """A picture as a link that says what it shows; within a link only what it shows."""
    source, words = escape(str(tokens[at].attrs.get("src", ""))), escape(tokens[at].content or "picture")
    return words if tokens[at].meta["is_in_link"] else f'<a href="{source}">{words}</a>'


_parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_parser.add_render_rule("image", _picture)
