"""How quickly something goes on."""

from django import template
from django.utils.translation import gettext as _

from console.templatetags import humane

register = template.Library()


@register.filter
def rate_of_bytes(per_second: float) -> str:
    return _("%s a second") % humane.size_in_words(round(per_second))


@register.filter
def rate_of_things(per_second: float) -> str:
    """12 a second, 5 a minute, 3 an hour: the first of them that is a whole number."""
    if per_second >= 1:
        return _("%s a second") % f"{per_second:,.0f}"
    if per_second * 60 >= 1:
        return _("%s a minute") % f"{per_second * 60:.0f}"
    return _("%s an hour") % f"{per_second * 3600:.0f}"
