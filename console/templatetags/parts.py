"""The pieces that pages are made of: icons, things to copy, headers to sort by, fields of forms, bars."""

from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, RadioSelect, Select, Textarea
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts import policy
from accounts.models import Role
from console import navigation, role_names, role_words
from console.pages.listing import Listing
from console.templatetags import humane

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A symbol of static/img/icons.svg. Without a label it is an ornament beside a word."""
    told = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html('<svg class="icon" {}><use href="{}#{}"></use></svg>', told, static("img/icons.svg"), name)


@register.simple_tag
def copyable(text: str, shown: str = "") -> SafeString:
    """A text with a button that copies it; `shown` is its short form. Without JavaScript it can be marked."""
    return format_html(
        '<span class="copyable"><code title="{}">{}</code>'
        '<button type="button" class="copy" data-copy="{}" aria-label="{}" hidden>{}</button></span>',
        text,
        shown or text,
        text,
        _("Copy %s") % (shown or text),
        icon("copy"),
    )


@register.simple_tag
def digest(value: str) -> SafeString:
    return copyable(value, humane.short(value))


@register.inclusion_tag("partials/_command.html")
def command(text: str) -> dict[str, str]:
    """A line for a terminal, ready to copy."""
    return {"text": text}


@register.inclusion_tag("partials/_sort_header.html")
def sort_header(listing: Listing[Any], key: str, name: str, css: str = "") -> dict[str, Any]:
    """The head of a column by which the list can be put in order."""
    is_here = listing.sort == key
    way = ("descending" if listing.is_descending else "ascending") if is_here else "none"
    return {"url": listing.sorted_url(key), "name": name, "way": way, "css": css}


@register.inclusion_tag("partials/_pager.html")
def pager(listing: Listing[Any]) -> dict[str, Any]:
    return {"listing": listing}


@register.inclusion_tag("partials/_field.html")
def field(bound: BoundField, css: str = "") -> dict[str, Any]:
    """A field with its label above, its help below, and beside it in words what is wrong with it."""
    widget = bound.field.widget
    kind = "check" if isinstance(widget, CheckboxInput) else "radios" if isinstance(widget, RadioSelect) else "line"
    classes = {"check": "form-check-input", "radios": "form-check-input"}.get(
        kind, "form-select" if isinstance(widget, Select) else "form-control"
    )
    if isinstance(widget, Textarea):
        widget.attrs.setdefault("rows", 4)
    widget.attrs["class"] = f"{classes} is-invalid" if bound.errors else classes
    return {"field": bound, "kind": kind, "css": css}


@register.filter
def role_name(role: Role) -> str:
    return role_names.name(role)


@register.filter
def role_meaning(role: Role) -> str:
    """What it is for: in our words, or in its maker's."""
    return role_words.meaning_of(role)


@register.filter
def role_letters(role: Role) -> str:
    """What it comes to: MDRWS, RWS, RS."""
    return policy.letters_of(policy.actions_of(role))


@register.inclusion_tag("partials/_usage.html")
def usage(used: int, limit: int | None, name: str = "") -> dict[str, Any]:
    """How full something is: a bar with both numbers. A limit of None or -1 is none."""
    bounded = limit if limit is not None and limit >= 0 else None
    share = humane.percent(used, bounded)
    state = "danger" if share >= 95 else "warning" if share >= 80 else "accent"
    return {"used": used, "limit": bounded, "share": share, "state": state, "name": name or _("Storage")}


@register.simple_tag
def project_url(project_name: str, tab: str = "") -> str:
    return navigation.project_url(project_name, tab)


@register.simple_tag
def repository_url(name: str, tab: str = "") -> str:
    return navigation.repository_url(name, tab)


@register.simple_tag
def artifact_url(repository_name: str, digest: str, tab: str = "") -> str:
    return navigation.artifact_url(repository_name, digest, tab)
