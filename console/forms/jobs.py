"""What a list of jobs is narrowed to."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.principals import SYSTEM, Principal
from console import job_words
from registry.jobs import kinds
from registry.models import Job, JobState

STATES = (("", _("Any state")), *((state, job_words.STATES[state].name) for state in JobState))
# What schedules make, and what went well, is most of them, and of the least interest.
OF_WHOM = (("", _("Asked for by people, or gone wrong")), ("mine", _("Asked for by me")), ("all", _("All of them")))


class JobFilter(forms.Form):
    kind = forms.ChoiceField(label=_("Work"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)
    of = forms.ChoiceField(label=_("Whose"), required=False, choices=OF_WHOM)

    def __init__(self, *args: Any, by: Principal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._by = by
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        names = sorted(((kind.name, str(job_words.of_kind(kind.name))) for kind in kinds.every()), key=lambda it: it[1])
        field.choices = [("", _("Any work")), *names]

    def among(self, jobs: QuerySet[Job]) -> QuerySet[Job]:
        """None of them where a field makes no sense."""
        if not self.is_valid():
            return jobs.none()
        asked = self.cleaned_data
        exact = {name: asked[name] for name in ("kind", "state") if asked[name]}
        if asked["of"] == "mine":
            exact["principal"] = self._by.key
        elif not asked["of"] and not exact:
            jobs = jobs.exclude(Q(principal=SYSTEM.key) & ~Q(state=JobState.FAILED))
        return jobs.filter(**exact)
