"""A new member of a project: who, in which role, and whether for all of it."""

from collections.abc import Sequence

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import patterns
from accounts.exceptions import Invalid
from accounts.models import BuiltIn, Role
from console import role_names, role_words
from console.templatetags.humane import sentence

USER, GROUP = "user", "group"
HERE = _("As they sign in; a group by its name.")
IN_DIRECTORY = _("As they sign in, here or by the directory. A group by its name, or by its DN in the directory.")
KINDS = ((USER, _("A user")), (GROUP, _("A group")))


class MemberForm(forms.Form):
    kind = forms.ChoiceField(label=_("Who"), choices=KINDS, widget=forms.RadioSelect, initial=USER)
    name = forms.CharField(label=_("Name"), max_length=1024)
    role = forms.TypedChoiceField(label=_("Role"), coerce=int, widget=forms.RadioSelect)
    repositories = forms.CharField(
        label=_("Only for these repositories"),
        required=False,
        max_length=patterns.LONGEST,
        help_text=_(
            "A pattern for names below the project, such as web or team-a/**. With ! before it: all but those."
        ),
    )
    tags = forms.CharField(
        label=_("Only for these tags"),
        required=False,
        max_length=patterns.LONGEST,
        help_text=_("Such as 1.* or {dev,test}-*. With ! before it, such as !release-*: all but those."),
    )

    def __init__(self, *args: object, givable: Sequence[Role], has_directory: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["role"].choices = [(role.pk, _told(role)) for role in givable]  # type: ignore[attr-defined]
        known = [role.pk for role in givable]
        self.fields["role"].initial = BuiltIn.DEVELOPER if BuiltIn.DEVELOPER in known else known[-1:]
        self.fields["name"].help_text = IN_DIRECTORY if has_directory else HERE
        self.fields["name"].widget.attrs |= {"autocapitalize": "none", "autocomplete": "off", "list": "candidates"}

    @property
    def is_narrowed(self) -> bool:
        return any(self[name].value() for name in ("repositories", "tags"))

    def clean_repositories(self) -> str:
        return self._pattern("repositories")

    def clean_tags(self) -> str:
        return self._pattern("tags")

    def _pattern(self, name: str) -> str:
        try:
            return patterns.check(self.cleaned_data[name])
        except Invalid as refusal:
            raise ValidationError(sentence(str(refusal))) from None


def _told(role: Role) -> str:
    meaning = role_words.meaning_of(role)
    return f"{role_names.name(role)} – {meaning}" if meaning else role_names.name(role)
