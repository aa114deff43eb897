"""Who may see a project."""

from django import forms
from django.utils.translation import gettext_lazy as _

PRIVATE, PUBLIC = "false", "true"
ACCESS = (
    (PRIVATE, _("Private: only members see it and pull from it.")),
    (PUBLIC, _("Public: anybody sees it and pulls from it, also without signing in. Pushing still takes a role.")),
)


class AccessForm(forms.Form):
    public = forms.ChoiceField(label=_("Access"), choices=ACCESS, widget=forms.RadioSelect)
