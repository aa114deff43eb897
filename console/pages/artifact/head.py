"""What stands at the head of each page of an artifact: its name, what it is, and its tabs.

head = artifact_head.admit(request, "layers", name, digest)
render(request, "artifact/layers.html", {"head": head, …})        # which extends artifact/base.html"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import projects
from accounts.models import Project
from accounts.permissions import may, require
from accounts.standings import Standing, standing
from console import artifact_actions, navigation
from console.navigation import Action, Tab
from console.pages.base import PageRequest
from console.templatetags import humane
from registry.content import additions, artifacts, media_types, names
from registry.models import Artifact, Tag

# Where bytes lie on the server is told to system admins alone.
LOCATING = "system-storage:locate"
ADDITIONS = {
    "readme.md": _("README"),
    "values.yaml": _("Values"),
    "dependencies": _("Dependencies"),
    "license": _("Licence"),
    "files": _("Contents"),
}
KINDS = {
    "IMAGE": _("Image"),
    "CHART": _("Helm chart"),
    "CNAB": _("CNAB bundle"),
    "WASM": _("WebAssembly"),
    "CNAI": _("Model"),
    "SBOM": _("SBOM"),
}


@dataclass(frozen=True)
class Side:
    """A tab: the last part of its address, its name, what it takes to open it, and which artifacts have it."""

    part: str
    name: str | Promise
    needs: str
    has: Callable[[Artifact], bool] = lambda _artifact: True


def is_index(artifact: Artifact) -> bool:
    return artifact.manifest.media_type in media_types.INDEXES


def _addition(name: str, title: str | Promise) -> Side:
    return Side(f"additions/{name}", title, "artifact-addition:read", lambda each: name in additions.offered(each))


SIDES = (
    Side("", _("Overview"), "artifact:read"),
    Side("layers", _("Layers"), "artifact-addition:read", lambda each: not is_index(each)),
    *(_addition(name, title) for name, title in ADDITIONS.items()),
    Side("referrers", _("Referrers"), "accessory:list"),
    Side("manifest", _("Manifest"), "artifact-addition:read"),
    Side("disk", _("On our disk"), LOCATING),
)


@dataclass(frozen=True)
class Head:
    """`here` is the side that is open. `tag` is the name by which its reader came, if by one; it may have moved."""

    request: PageRequest
    project: Project
    standing: Standing
    artifact: Artifact
    here: str
    tag: str

    @property
    def name(self) -> str:
        return self.artifact.repository.name

    @property
    def title(self) -> str:
        """By its tag, if it is known by one, or by its digest."""
        if self.tag and not self.has_moved:
            return f"{self.name}:{self.tag}"
        return f"{self.name}@{humane.short(self.artifact.digest)}"

    @property
    def crumbs(self) -> list[tuple[str, str]]:
        project = self.project.name
        below = self.name.removeprefix(f"{project}/")
        return [
            ("/projects", gettext("Projects")),
            (navigation.project_url(project), project),
            (navigation.repository_url(self.name), below),
        ]

    @property
    def tabs(self) -> list[Tab]:
        return [
            Tab(self.url(side.part), side.name, side.part == self.here)
            for side in SIDES
            if side.has(self.artifact) and self.allows(side.needs)
        ]

    @property
    def actions(self) -> list[Action]:
        """What its reader may do with it."""
        return artifact_actions.of(self.name, self.artifact.digest, self.allows, by=self.request.principal)

    @property
    def is_index(self) -> bool:
        return is_index(self.artifact)

    @property
    def kind(self) -> str:
        """What it is, in a word; of what we have no word for, its type."""
        manifest = self.artifact.manifest
        word = _("Image index") if self.is_index else KINDS.get(manifest.kind)
        return str(word or manifest.artifact_type or manifest.config_media_type)

    @cached_property
    def tagged(self) -> Artifact | None:
        """What the tag in view points at now."""
        held = (
            Tag.objects.filter(repository=self.artifact.repository_id, name=self.tag)
            if self.tag
            else Tag.objects.none()
        )
        found = held.select_related("artifact").defer("artifact__manifest").first()
        return found.artifact if found else None

    @property
    def has_moved(self) -> bool:
        return bool(self.tag) and self.tagged != self.artifact

    def url(self, part: str = "") -> str:
        address = navigation.artifact_url(self.name, self.artifact.digest, part)
        return f"{address}?tag={self.tag}" if self.tag else address

    def allows(self, action: str) -> bool:
        if action == LOCATING:
            return may(self.request.principal, action, None)
        return self.standing.allows(action, self.name)


def admit(request: PageRequest, here: str, name: str, digest: str) -> Head:
    """The head for one who may open this side of the artifact; else the refusal is raised."""
    by = request.principal
    project = projects.get(names.project_of(name), by=by)
    require(by, "artifact:read", project, repository=name)
    needs = next(side.needs for side in SIDES if side.part == here)
    if needs == LOCATING:
        require(by, needs, None)
    else:
        require(by, needs, project, repository=name)
    artifact = artifacts.find(project, name, digest)
    tag = request.GET.get("tag", "")
    return Head(request, project, standing(by, project), artifact, here, tag if names.TAG.fullmatch(tag) else "")
