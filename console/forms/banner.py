"""A message at the top of every page, kept as Harbor keeps it: a JSON text."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from accounts.settings_table import Value
from console.forms.configuration_groups import Group

KEY = "banner_message"
KINDS = (
    ("info", _("For information")),
    ("success", _("Good news")),
    ("warning", _("A warning")),
    ("danger", _("Danger")),
)


class BannerForm(forms.Form):
    message = forms.CharField(
        label=_("Message"), max_length=512, required=False, help_text=_("Everybody reads it, also before signing in.")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS, required=False)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, group: Group, values: Mapping[str, Value], is_open: bool, **kwargs: Any) -> None:
        kwargs["initial"] = _parsed(str(values[KEY]))
        super().__init__(*args, **kwargs)
        self.group = group
        for field in self.fields.values():
            field.disabled = not is_open

    def clean(self) -> dict[str, Any] | None:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", _("This is before it begins."))
        return self.cleaned_data

    def wanted(self) -> dict[str, Value]:
        said = self.cleaned_data
        if not said["message"]:
            return {KEY: ""}
        days = {"fromDate": said["since"], "toDate": said["until"]}
        told = {name: day.isoformat() for name, day in days.items() if day}
        kept = {"message": said["message"], "type": said["kind"] or "info", "closable": False}
        return {KEY: json.dumps(kept | told, ensure_ascii=False)}


def _parsed(kept: str) -> dict[str, Any]:
    """What the fields show. A text that is no such JSON, which the API takes too, is the message itself."""
    try:
        said = json.loads(kept or "{}")
        days = {
            name: parse_date(str(said.get(key) or "")[:10])
            for name, key in (("since", "fromDate"), ("until", "toDate"))
        }
        return {"message": said.get("message", ""), "kind": said.get("type", "info"), **days}
    except (ValueError, AttributeError):
        return {"message": kept, "kind": "info"}
