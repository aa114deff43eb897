"""Who still pulls artifacts, as the audit log tells: by what name, from where, how often, and when last."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.db.models import Count, F, Max, QuerySet
from django.utils import timezone

from accounts.audit_log import events
from accounts.models import AuditRecord
from registry.content import pulls
from registry.models import Artifact, Repository, Tag

WINDOW = timedelta(days=30)
# So many names are looked up, those that were pulled last; so many who pulled by them are told.
MOST_NAMES = 500
MOST = 50


@dataclass(frozen=True)
class Name:
    """A tag or a digest as clients write it, `library/app:1.0`, and when it was last pulled by that."""

    name: str
    pulled_at: datetime | None

    @property
    def reference(self) -> str:
        """The tag or the digest alone."""
        return _reference(self.name)


@dataclass(frozen=True)
class Puller:
    """Somebody who pulled from one address by one name; `program` is the last that said what it is."""

    name: str
    who: str
    address: str
    program: str
    count: int
    last_at: datetime

    @property
    def reference(self) -> str:
        return _reference(self.name)


@dataclass(frozen=True)
class Pulling:
    """By what names these are pulled, the latest first, and by whom in the last days, as far as that is recorded."""

    names: tuple[Name, ...]
    pullers: tuple[Puller, ...]
    is_recorded: bool

    @property
    def last_at(self) -> datetime | None:
        return max((each.pulled_at for each in self.names if each.pulled_at), default=None)

    @property
    def is_whole(self) -> bool:
        return len(self.names) < MOST_NAMES and len(self.pullers) < MOST


def _reference(name: str) -> str:
    return name.partition("@")[2] or name.partition(":")[2]


def of(artifacts: Collection[Artifact]) -> Pulling:
    """By the tags and the digests of these artifacts."""
    keys = [each.pk for each in artifacts]
    tags, digests = Tag.objects.filter(artifact__in=keys), Artifact.objects.filter(pk__in=keys)
    return _told([*_names(tags, "name"), *_names(digests, "digest")])


def of_tag(tag: Tag) -> Pulling:
    """By this tag alone."""
    return _told(_names(Tag.objects.filter(pk=tag.pk), "name"))


def of_repository(repository: Repository) -> Pulling:
    """By all its tags and digests, of very many by those that were pulled last."""
    digests = Artifact.objects.filter(repository=repository, deleted_at=None, pulled_at__isnull=False)
    tags = Tag.objects.filter(repository=repository, pulled_at__isnull=False)
    return _told([*_names(tags, "name"), *_names(digests, "digest")])


def _told(found: list[Name]) -> Pulling:
    def age(each: Name) -> tuple[bool, datetime]:
        return each.pulled_at is not None, each.pulled_at or timezone.now()

    names = sorted(found, key=age, reverse=True)[:MOST_NAMES]
    is_recorded = events.name("pull", "artifact") not in events.disabled()
    return Pulling(tuple(names), tuple(_pullers(each.name for each in names)), is_recorded)


def _names(rows: "QuerySet[Tag] | QuerySet[Artifact]", field: str) -> list[Name]:
    last_first = rows.order_by(F("pulled_at").desc(nulls_last=True))
    found = last_first.values_list("repository__name", field, "pulled_at")[:MOST_NAMES]
    return [Name(pulls.resource(place, reference), at) for place, reference, at in found]


def _pullers(names: Iterable[str]) -> Iterable[Puller]:
    records = AuditRecord.objects.filter(
        resource__in=[*names], operation="pull", resource_type="artifact", at__gt=timezone.now() - WINDOW
    )
    grouped = records.order_by().values_list("resource", "principal", "client_address")
    found = grouped.annotate(program=Max("user_agent"), count=Count("pk"), last_at=Max("at")).order_by("-last_at")
    return (Puller(*row) for row in islice(found, MOST))
