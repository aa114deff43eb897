"""The permission table in words: what the five roles are for, what letters mean, and what each action does."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import BuiltIn, Role

MEANINGS: dict[int, Promise] = {
    BuiltIn.PROJECT_ADMIN: _("All there is to do in a project: its images, members, robots, settings, and its end."),
    BuiltIn.MAINTAINER: _(
        "Pushes, deletes and scans images, and looks after labels and rules; no members or settings."
    ),
    BuiltIn.DEVELOPER: _("Pushes and pulls, sets labels on artifacts, and deletes nothing."),
    BuiltIn.GUEST: _("Pulls, and sees who else is there."),
    BuiltIn.LIMITED_GUEST: _("Pulls, and sees neither members nor labels."),
}
LETTERS: dict[str, tuple[Promise, Promise]] = {
    "M": (_("Manage"), _("members, robots, settings, labels, webhooks and rules of the project")),
    "D": (_("Delete"), _("repositories, artifacts and tags")),
    "R": (_("Read"), _("pull images, and what belongs to them")),
    "W": (_("Write"), _("push images, make and move tags, set labels on artifacts")),
    "S": (_("Search"), _("see that things are there, in lists and by themselves")),
}
# In the order in which people read them: what is in a project first, then its people, then its rules.
RESOURCES: dict[str, Promise] = {
    "project": _("The project itself"),
    "repository": _("Repositories"),
    "artifact": _("Artifacts"),
    "tag": _("Tags"),
    "artifact-label": _("Labels on artifacts"),
    "artifact-addition": _("What artifacts bring along: README, build history"),
    "accessory": _("Signatures and other accessories"),
    "sbom": _("Bills of materials (SBOM)"),
    "scan": _("Scans for vulnerabilities"),
    "scanner": _("The scanner of the project"),
    "export-cve": _("Exports of vulnerabilities"),
    "member": _("Members"),
    "robot": _("Robots"),
    "label": _("Labels of the project"),
    "metadata": _("Settings of the project"),
    "configuration": _("Configuration of the project"),
    "quota": _("Quota"),
    "log": _("Audit log of the project"),
    "notification-policy": _("Webhooks"),
    "immutable-tag": _("Rules for immutable tags"),
    "tag-retention": _("Rules for tag retention"),
    "preheat-policy": _("Rules for preheating"),
}
VERBS: dict[str, Promise] = {
    "list": _("See the list"),
    "read": _("Look at one"),
    "create": _("Create"),
    "update": _("Change"),
    "delete": _("Delete"),
    "pull": _("Pull"),
    "push": _("Push"),
    "operate": _("Run now, or stop"),
    "stop": _("Stop"),
}
ACTIONS: dict[str, Promise] = {
    "project:read": _("See that it is there"),
    "project:update": _("Change it"),
    "project:delete": _("Delete it"),
    "repository:update": _("Change the description"),
    "artifact:create": _("Copy artifacts into it"),
    "tag:create": _("Make and move"),
    "artifact-label:create": _("Set"),
    "artifact-label:delete": _("Take off"),
    "artifact-addition:read": _("Read"),
    "sbom:create": _("Have one made"),
    "sbom:read": _("Read"),
    "sbom:stop": _("Stop making one"),
    "scan:create": _("Start one"),
    "scan:read": _("Read the report"),
    "scan:stop": _("Stop one"),
    "scanner:read": _("See which it is"),
    "scanner:create": _("Choose it"),
    "member:create": _("Add"),
    "member:update": _("Change the role"),
    "member:delete": _("Remove"),
    "robot:update": _("Change, and renew the secret"),
    "metadata:read": _("Read"),
    "configuration:read": _("Read"),
    "quota:read": _("See the quota and what is used"),
    "log:list": _("Read"),
}
"""Actions whose verb alone would not say it well."""


def meaning_of(role: Role) -> str:
    return str(MEANINGS.get(role.pk, role.description))


def phrase_of(action: str) -> str:
    return str(ACTIONS.get(action) or VERBS[action.partition(":")[2]])
