"""Numbers as people read them: sizes, ages, digests. The exact value stands behind each, to be read on hover."""

from datetime import UTC, datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()

UNITS = ("B", "kB", "MB", "GB", "TB", "PB", "EB")
STEPS = ((60, 1, "s"), (3600, 60, "min"), (86400, 3600, "h"), (86400 * 60, 86400, "d"))


def size_in_words(size: int) -> str:
    """As docker writes it, in powers of a thousand: 312 MB."""
    value = float(size)
    for unit in UNITS:
        if abs(value) < 999.5 or unit == UNITS[-1]:
            break
        value /= 1000
    return f"{value:.0f} {unit}" if value >= 100 or unit == "B" else f"{value:.3g} {unit}"


@register.filter
def size(value: int | None) -> SafeString | str:
    """Bytes: 312 MB, the exact number on hover."""
    if value is None:
        return "–"
    exact = ngettext("%(count)s byte", "%(count)s bytes", value) % {"count": f"{value:,}"}
    return format_html('<data class="num" value="{}" title="{}">{}</data>', value, exact, size_in_words(value))


@register.filter
def count(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


def age_in_words(at: datetime, now: datetime) -> str:
    seconds = int((now - at).total_seconds())
    if abs(seconds) < 5:
        return _("now")
    step = next((step for step in STEPS if abs(seconds) < step[0]), None)
    if step is None:
        return at.date().isoformat()
    _below, unit_seconds, unit = step
    words = {"s": _("%d s"), "min": _("%d min"), "h": _("%d h"), "d": _("%d d")}[unit] % (abs(seconds) // unit_seconds)
    return (_("%s ago") if seconds > 0 else _("in %s")) % words


@register.filter
def age(at: datetime | None) -> SafeString | str:
    """3 h ago, the exact time on hover; a date where it is long ago."""
    if at is None:
        return "–"
    exact = at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    words = age_in_words(at, timezone.now())
    return format_html('<time class="num" datetime="{}" title="{}">{}</time>', at.isoformat(), exact, words)


@register.filter
def exact(at: datetime | None) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC") if at else "–"


@register.filter
def duration(seconds: float | None) -> str:
    """4 s, 3 min 20 s, 2 h 5 min."""
    if seconds is None:
        return "–"
    whole = max(int(seconds), 0)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}
    if minutes:
        return _("%(minutes)d min %(seconds)d s") % {"minutes": minutes, "seconds": rest}
    return _("%d s") % rest


@register.filter
def short(digest: str) -> str:
    """sha256:2153faec"""
    algorithm, colon, rest = digest.partition(":")
    return f"{algorithm}{colon}{rest[:8]}"


# How the services' sentences begin that do not begin with somebody's name.
OPENERS = frozenset(
    {
        "a",
        "an",
        "all",
        "another",
        "anybody",
        "ask",
        "both",
        "choose",
        "each",
        "every",
        "give",
        "it",
        "no",
        "nobody",
        "nothing",
        "of",
        "one",
        "only",
        "people",
        "read",
        "robot",
        "robots",
        "send",
        "sign",
        "some",
        "somebody",
        "such",
        "take",
        "that",
        "the",
        "there",
        "these",
        "they",
        "this",
        "to",
        "what",
        "who",
        "whoever",
        "write",
        "you",
        "your",
    }
)


@register.filter
def sentence(said: str) -> str:
    """A refusal as a sentence of a page. A name at its beginning stays as it is written."""
    return said[:1].upper() + said[1:] if said.partition(" ")[0] in OPENERS else said


@register.filter
def percent(part: int, whole: int | None) -> int:
    """How many hundredths of the whole, 0 to 100."""
    return min(100, max(0, round(100 * part / whole))) if whole else 0
