"""The question of the page "Why?"."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import policy

WHO = (
    ("", _("I")),
    ("user", _("the user")),
    ("robot", _("the robot")),
    ("anonymous", _("somebody who is not signed in")),
)
USUAL = (
    ("repository:pull", _("pull from a repository")),
    ("repository:push", _("push to a repository")),
    ("artifact:delete", _("delete an artifact")),
    ("tag:delete", _("delete a tag")),
    ("tag:create", _("move or make a tag")),
    ("member:create", _("add a member to a project")),
    ("robot:create", _("make a robot in a project")),
    ("project:update", _("change a project's settings")),
    ("project:delete", _("delete a project")),
)


def _choices() -> list[tuple[object, object]]:
    usual = [action for action, _said in USUAL]
    return [
        (_("Usual"), USUAL),
        (_("In a project"), [(action, action) for action in policy.POLICY if action not in usual]),
        (_("In the system"), [(action, action) for action in sorted(policy.SYSTEM | policy.SIGNED_IN)]),
    ]


class WhyForm(forms.Form):
    who = forms.ChoiceField(label=_("May"), choices=WHO, required=False)
    name = forms.CharField(label=_("Called"), max_length=255, required=False)
    action = forms.ChoiceField(label=_("do this"), choices=_choices, initial="repository:pull")
    place = forms.CharField(
        label=_("in the project or repository"),
        max_length=512,
        required=False,
        help_text=_("library, library/app or library/app:1.0"),
    )

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        if cleaned.get("who") in ("user", "robot") and not cleaned.get("name"):
            self.add_error("name", _("Say which one."))
        return cleaned

    def asked(self) -> dict[str, str]:
        """The question as console/questions.py has it."""
        who, action = self.cleaned_data["who"], self.cleaned_data["action"]
        place, _colon, tag = self.cleaned_data["place"].strip().partition(":")
        asked = {"action": action, "tag": tag, "repository" if "/" in place else "project": place}
        if who:
            asked[who] = "true" if who == "anonymous" else self.cleaned_data["name"].strip()
        return asked
