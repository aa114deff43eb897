"""The settings in groups that are read and saved one by one; those of identity have a page of their own."""

from collections.abc import Mapping
from typing import Any

from django import forms

from accounts.audit_log import events
from accounts.settings_table import SETTINGS, Value
from console.forms.banner import BannerForm
from console.forms.configuration_groups import Group
from console.forms.configuration_words import CREATORS, WORDS
from console.forms.sizes import SizeField
from registry.rules import quotas


class EventsField(forms.MultipleChoiceField):
    """Events of the audit log, kept as a text with commas."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **more: Any) -> None:
        names = [*(event for event in events.EVERY if event != events.ALWAYS), events.OTHERS]
        super().__init__(choices=[(name, name.replace("_", " ")) for name in names], **more)

    def prepare_value(self, value: Any) -> Any:
        words = value.split(",") if isinstance(value, str) else value
        return [word.strip() for word in words or () if word.strip()]

    def clean(self, value: Any) -> Any:
        return ",".join(super().clean(value))


class SettingsForm(forms.Form):
    """One group. What the settings may be says accounts/configuration.py; this says how they are filled in."""

    def __init__(self, *args: Any, group: Group, values: Mapping[str, Value], is_open: bool, **kwargs: Any) -> None:
        kwargs["initial"] = {key: _shown(key, values[key]) for key in group.keys}
        super().__init__(*args, **kwargs)
        self.group = group
        for key in group.keys:
            self.fields[key] = _field(key)
            self.fields[key].disabled = not is_open

    def wanted(self) -> dict[str, Value]:
        return {key: quotas.UNLIMITED if value is None else value for key, value in self.cleaned_data.items()}


def form_of(group: Group, values: Mapping[str, Value], sent: Any = None, *, is_open: bool) -> SettingsForm | BannerForm:
    """The form of a group, with what was sent where that is looked at again. Names of fields differ by group."""
    kind = BannerForm if group.name == "banner" else SettingsForm
    return kind(sent, group=group, values=values, is_open=is_open, auto_id=f"{group.name}-%s")


def _shown(key: str, value: Value) -> Value | None:
    """A size without end is an empty field."""
    return None if SETTINGS[key].kind.name == "bytes" and value == quotas.UNLIMITED else value


def _field(key: str) -> forms.Field:
    kind, (label, help_text) = SETTINGS[key].kind, WORDS[key]
    said: dict[str, Any] = {"label": label, "help_text": help_text}
    if key == "disabled_audit_log_event_types":
        return EventsField(**said, required=False)
    if kind.type is bool:
        return forms.BooleanField(**said, required=False)
    if kind.name == "bytes":
        return SizeField(**said, required=False)
    if kind.type is int:
        return forms.IntegerField(**said, min_value=kind.least, max_value=kind.most)
    if key == "project_creation_restriction":
        return forms.ChoiceField(**said, choices=CREATORS, widget=forms.RadioSelect)
    return forms.CharField(**said, max_length=1024, required=not kind.may_be_empty)
