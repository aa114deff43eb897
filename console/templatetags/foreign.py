"""What clients sent, on pages: legible, cut, and leading nowhere that it does not name."""

from typing import Any

from django import template

from console import foreign

register = template.Library()

# What is longer folds up to its beginning.
LONGEST_UNFOLDED = 240
BEGINNING = 160


@register.filter
def legible(text: object) -> str:
    """A name or a word of theirs, in a line."""
    return " ".join(foreign.legible(str(text)).split())


@register.inclusion_tag("partials/_said.html")
def said(text: str) -> dict[str, Any]:
    """A value of theirs: a link where it is one, folded where it is long."""
    whole = foreign.legible(text)
    is_long = len(whole) > LONGEST_UNFOLDED or whole.count("\n") > 2
    beginning = " ".join(whole[:BEGINNING].split())
    return {"whole": whole, "is_link": foreign.is_link(text), "beginning": beginning if is_long else ""}
