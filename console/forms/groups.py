"""What admins fill in about groups."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.groups import LONGEST_NAME

LONGEST_DN = 1024


class GroupFilter(forms.Form):
    q = forms.CharField(label=_("Name or DN"), required=False, max_length=LONGEST_DN)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget = forms.TextInput({"type": "search", "placeholder": _("Name or DN")})


class GroupNameForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=LONGEST_NAME,
        help_text=_("What it is called on these pages. The directory knows it by its DN, which stays."),
    )


class NewGroupForm(forms.Form):
    dn = forms.CharField(
        label=_("DN"),
        max_length=LONGEST_DN,
        help_text=_("As the directory has it: cn=devs,ou=groups,dc=example,dc=org"),
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=LONGEST_NAME,
        required=False,
        help_text=_("What it is called on these pages; empty: as the directory calls it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dn"].widget.attrs |= {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
