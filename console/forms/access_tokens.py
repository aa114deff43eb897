"""A new access token: what it is for, how long, and what it is good for at most."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import access_tokens, lifetimes

LIVES = (
    (7, _("7 days")),
    (30, _("30 days")),
    (access_tokens.USUAL_DAYS, _("90 days")),
    (365, _("A year")),
    (lifetimes.FOR_EVER, _("For ever")),
)
GOOD_FOR = (
    ("pull", _("Pull: read images")),
    ("push", _("Push: read and write images")),
    ("read", _("Look at everything, change nothing")),
    ("all", _("All that I may do")),
)


class AccessTokenForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=access_tokens.LONGEST_NAME,
        help_text=_("What it is for, such as: laptop, deploy script."),
    )
    good_for = forms.ChoiceField(label=_("Good for"), choices=GOOD_FOR, widget=forms.RadioSelect, initial="pull")
    projects = forms.CharField(
        label=_("In these projects only"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Names, one in a line. Empty: wherever I may do that."),
    )
    days = forms.TypedChoiceField(
        label=_("Good until"),
        coerce=int,
        choices=LIVES,
        initial=access_tokens.USUAL_DAYS,
        help_text=_("A token that is found by somebody else is good for them too, until then or until you revoke it."),
    )

    def clean_projects(self) -> list[str]:
        return str(self.cleaned_data["projects"]).split()
