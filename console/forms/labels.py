"""A label: a word, its colour, and what it means."""

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.content import labels

USUAL = "#1f7ad1"


class LabelForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=labels.LONGEST_NAME)
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=labels.LONGEST_DESCRIPTION,
        help_text=_("What an artifact is, or what may be done with it, that has this label."),
    )
    color = forms.RegexField(
        labels.COLOR,
        label=_("Colour"),
        initial=USUAL,
        widget=forms.TextInput(attrs={"type": "color"}),
        help_text=_("It stands beside the name, which is always there to be read."),
    )
