"""Where people come from: who is asked about a password, and every setting of the company's directory."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.settings_table import SETTINGS, Value
from console.forms import identity_words

NEVER_SHOWN = "ldap_search_password"
SCOPES = ((2, _("All entries below it")), (1, _("Only the entries one level below it")), (0, _("Only that entry")))
LONG = ("ldap_ca", "ldap_group_admin_dn")


@dataclass(frozen=True)
class Section:
    """A part of the form: its heading, what it is about, and its fields."""

    key: str
    name: Promise
    says: Promise
    fields: list[BoundField]


class IdentityForm(forms.Form):
    """`kept` are the settings as they are. A password is never sent back: an empty one means the kept one."""

    use_required_attribute = False

    uses_directory = forms.BooleanField(
        label=_("Ask the directory"), required=False, help_text=identity_words.USES_DIRECTORY
    )

    def __init__(self, kept: Mapping[str, Value], sent: QueryDict | None = None) -> None:
        sources = kept["identity_sources"]
        begins = {**kept, NEVER_SHOWN: "", "uses_directory": isinstance(sources, list) and "ldap" in sources}
        super().__init__(sent, initial=begins)
        self.kept = kept
        for key, label, help_text in identity_words.fields():
            self.fields[key] = _field(key, label, help_text)
        if kept[NEVER_SHOWN]:
            self.fields[NEVER_SHOWN].widget.attrs["placeholder"] = _("unchanged")

    @property
    def sections(self) -> Iterator[Section]:
        for key, (name, says, keys) in identity_words.SECTIONS.items():
            yield Section(key, name, says, [self[each] for each in keys])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for key in LONG:  # a browser ends lines as the post does
            cleaned[key] = cleaned.get(key, "").replace("\r\n", "\n")
        is_moved = cleaned.get("ldap_url", self.kept["ldap_url"]) != self.kept["ldap_url"]
        needs_password = bool(self.kept[NEVER_SHOWN]) and bool(cleaned.get("ldap_search_dn"))
        if is_moved and needs_password and not cleaned.get(NEVER_SHOWN):
            self.add_error(NEVER_SHOWN, identity_words.TYPE_ANEW)
        if cleaned.get("uses_directory") and not cleaned.get("ldap_url") and "ldap_url" not in self.errors:
            self.add_error("ldap_url", _("Without an address there is no directory to ask."))
        return cleaned

    def directory(self) -> dict[str, Value]:
        """The directory's settings as they were typed. Who searches as nobody needs no password either."""
        typed = {key: value for key, value in self.cleaned_data.items() if key.startswith("ldap_")}
        if not typed[NEVER_SHOWN] and typed["ldap_search_dn"]:
            del typed[NEVER_SHOWN]
        return typed

    def settings(self) -> dict[str, Value]:
        """All that is to be kept, as the settings table calls it."""
        listed = self.kept["identity_sources"]
        others = [each for each in listed if each != "ldap"] if isinstance(listed, list) else []
        if not self.cleaned_data["uses_directory"]:
            sources = others or ["local"]
        else:
            sources = listed if isinstance(listed, list) and "ldap" in listed else [*others, "ldap"]
        return {**self.directory(), "identity_sources": sources}


class TrialForm(forms.Form):
    """Who shall be seen signing in."""

    use_required_attribute = False

    try_name = forms.CharField(label=_("User name"), max_length=255)
    try_password = forms.CharField(
        label=_("Password"),
        max_length=1024,
        required=False,
        strip=False,
        widget=forms.PasswordInput,
        help_text=_("Empty: all but the password itself is tried. It is neither kept nor shown."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["try_name"].widget.attrs |= {"autocapitalize": "none"}
        for field in self.fields.values():
            field.widget.attrs |= {"autocomplete": "off", "data-enter": "try-user"}


def _field(key: str, label: Promise, help_text: Promise | str) -> forms.Field:
    """The field that fits what the setting takes."""
    kind = SETTINGS[key].kind
    said: dict[str, Any] = {"label": label, "help_text": help_text}
    if kind.type is bool:
        return forms.BooleanField(required=False, **said)
    if kind.choices:
        return forms.TypedChoiceField(choices=SCOPES, coerce=int, **said)
    if kind.type is int:
        return forms.IntegerField(min_value=kind.least, max_value=kind.most, **said)
    if kind.is_secret:
        hidden = forms.PasswordInput({"autocomplete": "new-password"})
        return forms.CharField(required=False, strip=False, widget=hidden, max_length=1024, **said)
    if key in LONG:
        return forms.CharField(required=False, widget=forms.Textarea({"rows": 3, "spellcheck": "false"}), **said)
    line = forms.TextInput({"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"})
    return forms.CharField(required=not kind.may_be_empty, widget=line, max_length=4096, **said)
