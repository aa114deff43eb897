"""What may be done with an artifact, as the menu of its row and of its page has it."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from accounts.principals import Principal
from console import navigation
from console.navigation import Action

# The last part of the address, the icon, the name, and what it takes.
ACTIONS = (
    ("tag", "tag", _("Add or move a tag"), "tag:create"),
    ("labels", "bookmark", _("Labels"), "artifact-label:create"),
    ("copy", "copy", _("Copy to another project"), "repository:pull"),
    ("delete", "trash", _("Delete artifact"), "artifact:delete"),
)


def of(repository_name: str, digest: str, allows: Callable[[str], bool], *, by: Principal) -> list[Action]:
    """Those that its reader is allowed. To copy takes somebody who is signed in, whoever may pull."""
    return [
        Action(navigation.artifact_url(repository_name, digest, part), icon, name, part == "delete")
        for part, icon, name, needs in ACTIONS
        if allows(needs) and not (part == "copy" and by.is_anonymous)
    ]
