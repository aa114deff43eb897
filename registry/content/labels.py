"""Labels: the words themselves, of everybody or of one project, and which artifacts have them on."""

import re
from collections.abc import Collection

from django.db import IntegrityError, transaction

from accounts import audit
from accounts.exceptions import Invalid, NotAllowed, NotAuthenticated
from accounts.models import Project
from accounts.permissions import may, require
from accounts.principals import Principal
from registry.exceptions import LabelExists, LabelInUse, LabelUnknown
from registry.models import Artifact, ArtifactLabel, Label

LONGEST_NAME = 128
LONGEST_DESCRIPTION = 1024
COLOR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")


def get(number: int, *, by: Principal) -> Label:
    """The label, for one who may read it. To all others, hidden and absent are the same."""
    label = Label.objects.filter(pk=number).select_related("project").first()
    if label and (label.project is None or may(by, "label:read", label.project)):
        return label
    if label is None and may(by, "system-label:read", None):
        raise LabelUnknown(f"there is no label {number}")
    refusal = NotAuthenticated if by.is_anonymous else NotAllowed
    raise refusal(f"label {number} does not exist, or you may not see it")


@transaction.atomic
def create(name: str, description: str = "", color: str = "", *, project: Project | None, by: Principal) -> Label:
    """Make a label of a project, or of everybody."""
    _require(by, "create", project)
    _check(name, description, color)
    try:
        with transaction.atomic():
            label = Label.objects.create(name=name, description=description, color=color, project=project)
    except IntegrityError:
        raise LabelExists(f"there is a label {name} already") from None
    audit.record(by, "create", "label", name, project)
    return label


@transaction.atomic
def change(label: Label, name: str, description: str, color: str, *, by: Principal) -> None:
    _require(by, "update", label.project)
    _check(name, description, color)
    if Label.objects.select_for_update().filter(pk=label.pk).first() is None:
        raise LabelUnknown(f"the label {label} was deleted a moment ago")
    label.name, label.description, label.color = name, description, color
    try:
        with transaction.atomic():
            label.save()
    except IntegrityError:
        raise LabelExists(f"there is a label {name} already") from None
    audit.record(by, "update", "label", name, label.project)


@transaction.atomic
def delete(label: Label, *, by: Principal) -> None:
    """Delete a label, and take it off every artifact."""
    _require(by, "delete", label.project)
    if not label.delete()[0]:
        raise LabelUnknown(f"the label {label} was deleted a moment ago")
    audit.record(by, "delete", "label", label.name, label.project)


@transaction.atomic
def attach(artifact: Artifact, number: int, *, by: Principal) -> None:
    """Put a label on an artifact: one of its own project, or of everybody."""
    repository = artifact.repository
    require(by, "artifact-label:create", repository.project, repository=repository.name)
    label = Label.objects.filter(pk=number).first()
    if label is None or label.project_id not in (None, repository.project_id):
        raise LabelUnknown(f"there is no label {number} for artifacts of {repository.project}")
    _, is_new = ArtifactLabel.objects.get_or_create(artifact=artifact, label=label)
    if not is_new:
        raise LabelInUse(f"{artifact} has the label {label} already")
    audit.record(by, "create", "artifact label", f"{label} on {artifact}", repository.project)


@transaction.atomic
def detach(artifact: Artifact, number: int, *, by: Principal) -> None:
    repository = artifact.repository
    require(by, "artifact-label:delete", repository.project, repository=repository.name)
    link = ArtifactLabel.objects.filter(artifact=artifact, label_id=number).select_related("label").first()
    if link is None:
        raise LabelUnknown(f"{artifact} has no label {number}")
    link.delete()
    audit.record(by, "delete", "artifact label", f"{link.label} on {artifact}", repository.project)


@transaction.atomic
def choose(artifact: Artifact, numbers: Collection[int], *, by: Principal) -> None:
    """Let the artifact have these labels on, and no others."""
    held = set(ArtifactLabel.objects.filter(artifact=artifact).values_list("label", flat=True))
    for number in sorted({*numbers} - held):
        attach(artifact, number, by=by)
    for number in sorted(held.difference(numbers)):
        detach(artifact, number, by=by)


def _require(by: Principal, verb: str, project: Project | None) -> None:
    require(by, f"system-label:{verb}" if project is None else f"label:{verb}", project)


def _check(name: str, description: str, color: str) -> None:
    if not name.strip() or len(name) > LONGEST_NAME or len(description) > LONGEST_DESCRIPTION:
        raise Invalid(
            f"a label has a name of 1 to {LONGEST_NAME} characters and a description of at most {LONGEST_DESCRIPTION}"
        )
    if color and not COLOR.fullmatch(color):
        raise Invalid("a label's color is written as #rrggbb")
