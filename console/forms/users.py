"""What admins fill in about people: new accounts, profiles, passwords, and what somebody may do in the system."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.profiles import LONGEST, LONGEST_COMMENT

PASSWORD_RULE = _("8 to 128 characters, among them an upper-case and a lower-case letter and a digit.")
KINDS = (
    ("", _("All users")),
    ("admins", _("System admins")),
    ("auditors", _("Auditors")),
    ("disabled", _("Disabled")),
    ("local", _("With a password here")),
    ("ldap", _("From the directory")),
)


class UserFilter(forms.Form):
    """What the list is narrowed to. What is no choice narrows nothing."""

    q = forms.CharField(label=_("Name or e-mail"), required=False, max_length=LONGEST)
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget = forms.TextInput({"type": "search", "placeholder": _("Name or e-mail")})


class NewPasswordForm(forms.Form):
    password = forms.CharField(
        label=_("Password"), max_length=1024, strip=False, widget=forms.PasswordInput, help_text=PASSWORD_RULE
    )
    again = forms.CharField(label=_("Password again"), max_length=1024, strip=False, widget=forms.PasswordInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("password", "again"):
            self.fields[name].widget.attrs["autocomplete"] = "new-password"

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("password", again):
            raise forms.ValidationError(_("This is not the password above."))
        return again


class AccountForm(NewPasswordForm):
    """A new account of this registry's own."""

    username = forms.CharField(
        label=_("User name"), max_length=LONGEST, help_text=_("What docker and this page are signed in with. It stays.")
    )
    email = forms.CharField(label=_("E-mail"), max_length=LONGEST)
    realname = forms.CharField(label=_("Real name"), max_length=LONGEST, required=False)
    comment = forms.CharField(label=_("Comment"), max_length=LONGEST_COMMENT, required=False)
    field_order = ("username", "email", "realname", "comment", "password", "again")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs |= {"autocomplete": "off", "autocapitalize": "none"}

    @property
    def account(self) -> dict[str, str]:
        """What is asked for, as the service takes it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "again"}


class NewUserForm(AccountForm):
    """An account for somebody else."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = _("%s They can change it at their own profile.") % PASSWORD_RULE


class RightsForm(forms.Form):
    """What somebody may do in the system, apart from their roles in projects."""

    is_active = forms.BooleanField(
        label=_("May sign in"),
        required=False,
        help_text=_(
            "Off, all their sessions, tokens and passwords are refused from the next request on. What they made, and "
            "their roles, stay as they are for when it is turned on again."
        ),
    )
    is_sysadmin = forms.BooleanField(
        label=_("System admin"),
        required=False,
        help_text=_(
            "May do everything: read and delete what lies in any project, change the settings, and make other "
            "system admins."
        ),
    )
    is_auditor = forms.BooleanField(
        label=_("Auditor"),
        required=False,
        help_text=_(
            "May look at everything, the audit log, all projects and their members among it, and change nothing. "
            "Pulling images is not part of it."
        ),
    )
