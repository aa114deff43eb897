"""The labels that an artifact has on."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from registry.models import Label


class ArtifactLabelsForm(forms.Form):
    labels = forms.ModelMultipleChoiceField(
        Label.objects.none(),
        label=_("Labels"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )

    def __init__(self, *args: Any, offered: QuerySet[Label], held: Collection[int], **kwargs: Any) -> None:
        super().__init__(*args, **({"initial": {"labels": [*held]}} | kwargs))
        self.fields["labels"].queryset = offered  # type: ignore[attr-defined]
