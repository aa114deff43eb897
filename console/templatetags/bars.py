"""Bars in lists: how full something is, and how large beside the others."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from console.templatetags import humane

register = template.Library()

BAR = (
    '<span class="share"><svg class="bar" aria-hidden="true" preserveAspectRatio="none" viewBox="0 0 100 1">'
    '<rect class="bar-rest" width="100" height="1"/><rect class="bar-{}" width="{}" height="1"/></svg>{}</span>'
)


@register.simple_tag
def share(used: int, limit: int) -> SafeString:
    """Of a limit: the bar warns before it is full, and the hundredths stand beside it."""
    full = humane.percent(used, limit)
    state = "danger" if full >= 95 else "warning" if full >= 80 else "accent"
    return format_html(BAR, state, full, format_html('<span class="num">{} %</span>', full))


@register.simple_tag
def bar(value: int, most: int) -> SafeString:
    """Beside the greatest of the list; the number itself stands in another column."""
    return format_html(BAR, "accent", humane.percent(value, most), "")
