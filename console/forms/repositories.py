"""What a repository is about, and where artifacts are copied to."""

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.content import names, repositories


class DescriptionForm(forms.Form):
    description = forms.CharField(
        label=_("Description"),
        required=False,
        strip=False,
        max_length=repositories.LONGEST_DESCRIPTION,
        widget=forms.Textarea(attrs={"rows": 20, "spellcheck": "true"}),
        help_text=_("In Markdown, without HTML. Whoever sees the repository can read it."),
    )

    def clean_description(self) -> str:
        """With the ends of lines that everybody else writes; browsers send others."""
        said: str = self.cleaned_data["description"]
        return said.replace("\r\n", "\n").strip()


class CopyForm(forms.Form):
    project = forms.CharField(
        label=_("Project"),
        max_length=names.LONGEST_NAME,
        help_text=_("One in which you may push."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off", "list": "candidates"}),
    )
    repository = forms.CharField(
        label=_("Repository"),
        max_length=names.LONGEST_NAME,
        help_text=_("Its name below the project. It is made where there is none."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )
