"""What a list of audit records is narrowed to."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import projects
from accounts.audit_log import searching
from accounts.audit_log.searching import Wish
from accounts.exceptions import Refusal
from accounts.principals import Principal

HOURS = {
    "1": _("The last hour"),
    "24": _("The last 24 hours"),
    "168": _("The last 7 days"),
    "720": _("The last 30 days"),
}
RESULTS = (("", _("Any result")), ("succeeded", _("Succeeded")), ("failed", _("Failed")))


class MomentField(forms.DateTimeField):
    """A moment in UTC, as browsers write it."""

    widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    input_formats = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")

    def to_python(self, value: Any) -> datetime | None:
        with timezone.override(UTC):
            return super().to_python(value)


class LogFilter(forms.Form):
    """A list of one project has no field for it."""

    q = forms.CharField(label=_("Resource"), required=False, max_length=255)
    who = forms.CharField(label=_("Who"), required=False, max_length=255)
    operation = forms.ChoiceField(label=_("Operation"), required=False)
    hours = forms.ChoiceField(label=_("When"), required=False, choices=[("", _("Any time")), *HOURS.items()])
    kind = forms.ChoiceField(label=_("Resource type"), required=False)
    result = forms.ChoiceField(label=_("Result"), required=False, choices=RESULTS)
    project = forms.CharField(label=_("Project"), required=False, max_length=255)
    since = MomentField(label=_("From (UTC)"), required=False)
    until = MomentField(label=_("Until (UTC)"), required=False)

    def __init__(self, *args: Any, by: Principal, project_id: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._by, self._project_id = by, project_id
        self._offer("operation", _("Any operation"), searching.OPERATIONS)
        self._offer("kind", _("Any type"), searching.RESOURCE_TYPES)
        self.fields["q"].widget = forms.TextInput({"type": "search", "placeholder": _("Part of its name")})
        self.fields["who"].widget.attrs |= {"placeholder": _("Exact name"), "autocapitalize": "none"}
        if project_id is not None:
            del self.fields["project"]

    def clean_project(self) -> int | None:
        name = self.cleaned_data["project"].strip()
        if not name:
            return None
        try:
            return projects.get(name, by=self._by).pk
        except Refusal:
            raise forms.ValidationError(_("There is no project %s, or you may not see it.") % name) from None

    def wish(self) -> Wish | None:
        """None where a field makes no sense, which stands beside it."""
        if not self.is_valid():
            return None
        asked = self.cleaned_data
        since = timezone.now() - timedelta(hours=int(asked["hours"])) if asked["hours"] else asked["since"]
        return Wish(
            principal=asked["who"].strip(),
            operation=asked["operation"],
            resource_type=asked["kind"],
            resource=asked["q"].strip(),
            succeeded={"succeeded": True, "failed": False}.get(asked["result"]),
            project_id=asked.get("project", self._project_id),
            since=since,
            until=asked["until"],
        )

    @property
    def has_more(self) -> bool:
        """Whether one of the fields that are folded away says something."""
        return any(self[name].data for name in ("kind", "result", "project", "since", "until") if name in self.fields)

    def _offer(self, name: str, any_of_them: Any, words: tuple[str, ...]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", any_of_them), *((word, word) for word in words)]
