"""Before what nothing brings back: the name of what will go, typed by hand."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class TypedNameForm(forms.Form):
    """`wanted` is the name that must be typed."""

    name = forms.CharField(max_length=255, strip=False)

    def __init__(self, wanted: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wanted = wanted
        self.fields["name"].label = _("Type %s to go on") % wanted
        self.fields["name"].widget.attrs |= {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if name.strip() != self.wanted:
            raise forms.ValidationError(_("This is another name."))
        return name
