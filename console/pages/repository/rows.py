"""Artifacts as lists show them: with tags, platforms, labels and signatures, all asked for at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from console import artifact_actions, commands, navigation
from console.navigation import Action
from console.pages.artifact.head import KINDS
from console.pages.repository.head import Head
from registry.content import accessories, media_types, platforms
from registry.content.platforms import Platform
from registry.models import Artifact, ArtifactLabel, Label, Tag

# An artifact may have thousands; a row shows those that were moved last.
MOST_TAGS = 5


@dataclass(frozen=True)
class Row:
    """One artifact. `more_tags` are not among `tags`."""

    artifact: Artifact
    tags: tuple[str, ...]
    more_tags: int
    platforms: list[Platform]
    labels: list[Label]
    signatures: int
    attached: int
    head: Head
    host: str

    @property
    def url(self) -> str:
        return navigation.artifact_url(self.head.name, self.artifact.digest)

    @property
    def is_index(self) -> bool:
        return self.artifact.manifest.media_type in media_types.INDEXES

    @property
    def kind(self) -> str:
        """In a word, where it is no image."""
        manifest = self.artifact.manifest
        word = _("Image index") if self.is_index else KINDS.get(manifest.kind)
        return str(word or manifest.artifact_type or manifest.config_media_type)

    @property
    def title(self) -> str:
        """What it is called where its row is spoken of."""
        return self.tags[0] if self.tags else self.artifact.digest[:15]

    @property
    def command(self) -> str:
        """How to pull it, by the tag that was moved last."""
        reference = self.tags[0] if self.tags else self.artifact.digest
        return commands.pull(self.artifact, reference, host=self.host)[0].text

    @property
    def actions(self) -> list[Action]:
        return artifact_actions.of(self.head.name, self.artifact.digest, self.head.allows, by=self.head.by)


def of(head: Head, found: Sequence[Artifact], *, host: str) -> list[Row]:
    keys = [each.pk for each in found]
    tags, labels = _tags(keys) if head.allows("tag:list") else {}, _labels(keys)
    hanging = accessories.of(found) if head.allows("accessory:list") else {}
    ways = platforms.of(found)
    rows = []
    for each in found:
        names, total = tags.get(each.pk, ([], 0))
        signatures = sum(other.kind.startswith("signature") for other in hanging.get(each.pk, ()))
        rows.append(
            Row(
                each,
                tuple(names),
                total - len(names),
                ways.get(each.pk, []),
                labels.get(each.pk, []),
                signatures,
                len(hanging.get(each.pk, ())) - signatures,
                head,
                host,
            )
        )
    return rows


def _tags(keys: Iterable[int]) -> dict[int, tuple[list[str], int]]:
    """The first names of each, those moved last first, and how many there are."""
    order = [F("moved_at").desc(), F("name").asc()]
    numbered = Tag.objects.filter(artifact__in=keys).annotate(
        place=Window(RowNumber(), partition_by=F("artifact"), order_by=order),
        total=Window(Count("pk"), partition_by=F("artifact")),
    )
    found: dict[int, tuple[list[str], int]] = {}
    first = numbered.filter(place__lte=MOST_TAGS).order_by("artifact", "place")
    for key, name, total in first.values_list("artifact", "name", "total"):
        found.setdefault(key, ([], total))[0].append(name)
    return found


def _labels(keys: Iterable[int]) -> dict[int, list[Label]]:
    found: dict[int, list[Label]] = {}
    links = ArtifactLabel.objects.filter(artifact__in=keys).select_related("label").order_by("label__name", "pk")
    for link in links:
        found.setdefault(link.artifact_id, []).append(link.label)
    return found
