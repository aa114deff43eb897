"""A tag for an artifact."""

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.content import names


class TagForm(forms.Form):
    name = forms.CharField(
        label=_("Tag"),
        max_length=names.LONGEST_TAG,
        help_text=_("Letters, digits, _ . and -, not beginning with . or -."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}),
    )
    is_moved = forms.BooleanField(
        label=_("Move it here if it points elsewhere"),
        required=False,
        help_text=_("Who pulls by the tag gets this artifact from then on. The history keeps where it pointed."),
    )
