"""A robot as people describe it: one set of rights, in one project, in some or in all of them, and rights in the
system. What the API can say besides, other rights in each project, is shown but not changed here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import lifetimes, projects, robots
from accounts.models import Project
from accounts.principals import Grant, Principal

LIVES = (
    (30, _("30 days")),
    (90, _("90 days")),
    (365, _("A year")),
    (lifetimes.FOR_EVER, _("For ever")),
)
PULL = ("repository:pull",)
PUSH = (*PULL, "repository:push")
CHOSEN = "chosen"
PRESETS: tuple[tuple[str, Any], ...] = (
    ("pull", _("Pull images")),
    ("push", _("Push and pull images")),
    (CHOSEN, _("What is checked below")),
)


@dataclass(frozen=True)
class GridRow:
    """A resource with its verbs: which can be given, and which are."""

    resource: str
    cells: Sequence[tuple[str, str, bool]]


def grid(table: Mapping[str, Iterable[str]], given: Iterable[str], *, prefix: str = "") -> list[GridRow]:
    """Rows for a matrix of checkboxes; a cell is (action, verb, whether it is given)."""
    chosen = {*given}
    return [
        GridRow(
            resource,
            [(f"{prefix}{resource}:{verb}", verb, f"{prefix}{resource}:{verb}" in chosen) for verb in verbs],
        )
        for resource, verbs in table.items()
    ]


class RobotForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=robots.LONGEST_NAME, help_text=_("Lower-case letters, digits, and . _ - between.")
    )
    description = forms.CharField(label=_("What it is for"), max_length=robots.LONGEST_DESCRIPTION, required=False)
    days = forms.TypedChoiceField(label=_("Good for"), coerce=int, choices=LIVES, initial=90)
    places = forms.CharField(
        label=_("In these projects"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Names, one in a line; * is all projects there are and will be. Empty: in none."),
    )
    preset = forms.ChoiceField(label=_("It may"), choices=PRESETS, widget=forms.RadioSelect, initial="pull")
    repositories = forms.CharField(
        label=_("Only in these repositories"),
        max_length=255,
        required=False,
        help_text=_("A pattern of what stands below the project, such as team-a/** or {web,api}. Empty: in all."),
    )
    tags = forms.CharField(
        label=_("Only these tags"), max_length=255, required=False, help_text=_("Such as v*. Empty: all.")
    )

    def __init__(self, *args: Any, project: Project | None, is_new: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._project = project
        if project is not None:
            del self.fields["places"]
        if not is_new:
            del self.fields["name"]
            self.fields["days"].choices = [(0, _("As it is")), *LIVES]  # type: ignore[attr-defined]
            self.fields["days"].initial = 0

    @property
    def chosen(self) -> list[str]:
        """What is checked in the matrices; the service refuses what is no right."""
        getlist = getattr(self.data, "getlist", None)
        return getlist("rights") if getlist else []

    def grants(self, *, by: Principal) -> list[Grant]:
        """The rights as robots have them; what is hidden or absent refuses itself."""
        in_system = frozenset(action for action in self.chosen if action.startswith("system-"))
        in_projects = self._rights()
        narrowing = {"repositories": self.cleaned_data["repositories"], "tags": self.cleaned_data["tags"]}
        found = [Grant(in_system)] if in_system and self._project is None else []
        if self._project is not None:
            return [Grant(in_projects, self._project.pk, **narrowing)]
        for name in self.cleaned_data["places"].split():
            if name == "*":
                found.append(Grant(in_projects, covers_all_projects=True, **narrowing))
            else:
                found.append(Grant(in_projects, projects.get(name, by=by).pk, **narrowing))
        return found

    def _rights(self) -> frozenset[str]:
        preset = self.cleaned_data["preset"]
        if preset == CHOSEN:
            return frozenset(action for action in self.chosen if not action.startswith("system-"))
        return frozenset(PUSH if preset == "push" else PULL)


def initial_of(grants: Sequence[Grant], names: Mapping[int, str]) -> dict[str, object] | None:
    """What the form shows of a robot; None where its rights differ from project to project."""
    in_projects = [grant for grant in grants if grant.project_id is not None or grant.covers_all_projects]
    if len({(grant.actions, grant.repositories, grant.tags) for grant in in_projects}) > 1:
        return None
    if not in_projects:
        return {"preset": CHOSEN, "places": ""}
    first = in_projects[0]
    preset = {frozenset(PULL): "pull", frozenset(PUSH): "push"}.get(first.actions, CHOSEN)
    places = ["*" if grant.covers_all_projects else names.get(grant.project_id or 0, "") for grant in in_projects]
    return {
        "preset": preset,
        "places": "\n".join(place for place in places if place),
        "repositories": first.repositories,
        "tags": first.tags,
    }


class SecretForm(forms.Form):
    keep_old_for_hours = forms.TypedChoiceField(
        label=_("The old secret is good for"),
        coerce=int,
        choices=(
            (0, _("nothing, from now on")),
            (1, _("an hour more")),
            (24, _("a day more")),
            (robots.LONGEST_ROTATION_HOURS, _("a week more")),
        ),
        initial=24,
        help_text=_("So that it can be replaced in one place after the other. If it leaked, let it end now."),
    )
