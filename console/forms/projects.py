"""A new project, and who may see one."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import projects
from console.forms.sizes import SizeField


class ProjectForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=projects.MAX_NAME_LENGTH,
        help_text=_(
            "The first part of the names of its repositories. Lower-case letters and digits, parted by single . _ or -."
            " It does not change later."
        ),
    )
    is_public = forms.BooleanField(
        label=_("Public"),
        required=False,
        help_text=_("Anybody may see and pull from a public project, also without signing in."),
    )
    storage_limit = SizeField(
        label=_("Storage limit"),
        required=False,
        help_text=_("Such as 500 MB, 10 GB or 2 TiB. Empty: the usual limit of new projects."),
    )

    def __init__(self, *args: object, may_limit: bool = False, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["name"].widget.attrs |= {"autocapitalize": "none", "autocomplete": "off", "autofocus": True}
        if not may_limit:
            del self.fields["storage_limit"]
