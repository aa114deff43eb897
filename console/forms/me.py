"""What people change about themselves."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.profiles import LONGEST, LONGEST_COMMENT
from console.context import THEMES

NAMES_OF_THEMES = {"auto": _("As the system has it"), "light": _("Light"), "dark": _("Dark")}


class ProfileForm(forms.Form):
    email = forms.CharField(label=_("E-mail"), max_length=LONGEST)
    realname = forms.CharField(label=_("Real name"), max_length=LONGEST, required=False)
    comment = forms.CharField(label=_("Comment"), max_length=LONGEST_COMMENT, required=False)


class PasswordForm(forms.Form):
    current = forms.CharField(label=_("Current password"), max_length=1024, strip=False, widget=forms.PasswordInput)
    password = forms.CharField(
        label=_("New password"),
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput,
        help_text=_("8 to 128 characters, among them an upper-case and a lower-case letter and a digit."),
    )
    again = forms.CharField(label=_("New password again"), max_length=1024, strip=False, widget=forms.PasswordInput)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["current"].widget.attrs["autocomplete"] = "current-password"
        for name in ("password", "again"):
            self.fields[name].widget.attrs["autocomplete"] = "new-password"

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("password", again):
            raise forms.ValidationError(_("This is not the new password above."))
        return again


class LookForm(forms.Form):
    theme = forms.ChoiceField(label=_("Theme"), choices=[(name, NAMES_OF_THEMES[name]) for name in THEMES])
    language = forms.ChoiceField(label=_("Language"), choices=[("", _("As the browser asks for")), *settings.LANGUAGES])
    language.required = False
