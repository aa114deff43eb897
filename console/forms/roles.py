"""A role that system admins make: its name, and the actions that are checked on the matrix."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import policy
from accounts.roles import LONGEST_DESCRIPTION, LONGEST_NAME


class RoleForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME)
    description = forms.CharField(
        label=_("Description"),
        max_length=LONGEST_DESCRIPTION,
        required=False,
        help_text=_("Whom it is for: whoever adds members reads it."),
    )
    actions = forms.MultipleChoiceField(
        choices=[(action, action) for action in policy.POLICY],
        error_messages={"required": _("Check one action at least: a role that allows nothing is none.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "off"

    @property
    def chosen(self) -> set[str]:
        """The actions that are checked: as they were sent, else as the role has them."""
        return {*(self["actions"].value() or ())}
