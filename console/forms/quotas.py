"""How much a project may hold."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms.sizes import SizeField
from registry.rules import quotas


class QuotaForm(forms.Form):
    limit = SizeField(
        label=_("Storage limit"),
        required=False,
        help_text=_("Such as 500 MB, 10 GB or 2 TiB. Empty: no limit."),
    )

    def __init__(self, *args: Any, hard: int, **kwargs: Any) -> None:
        kwargs["initial"] = {"limit": None if hard == quotas.UNLIMITED else hard}
        super().__init__(*args, **kwargs)
        self.fields["limit"].widget.attrs |= {"autofocus": True, "autocomplete": "off"}

    @property
    def hard(self) -> int:
        wanted: int | None = self.cleaned_data["limit"]
        return quotas.UNLIMITED if wanted is None else wanted
