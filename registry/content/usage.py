"""What a project holds: it is charged for each blob once, for as long as an artifact that stands in it has the
blob, or a running push brought it. The sum of the sizes is ProjectUsage.used.

A transaction has one account, however many things it changes; it is settled at its end, since then the
project's row is held until the commit and all other pushes to the project wait."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from accounts import audit
from accounts.models import Project
from accounts.permissions import may, require
from accounts.principals import Principal
from registry.content.locks import BATCH
from registry.exceptions import QuotaUnknown
from registry.models import Artifact, Blob, BlobLink, Manifest, ManifestBlob, ProjectBlob, ProjectUsage
from registry.rules import quotas

# So long a push may take from its first blob to its manifest; as long as an upload may stand still.
GRACE = timedelta(days=7)
INSERT = """
    INSERT INTO registry_projectblob (project_id, blob_id, charged_at)
    SELECT %s, id, %s FROM registry_blob WHERE id IN ($marks)
    ON CONFLICT DO NOTHING RETURNING blob_id
"""


class Account:
    """What one transaction charges a project for, and what it may be released from."""

    def __init__(self, project_id: int, *, is_limited: bool) -> None:
        self.project_id = project_id
        self._is_limited = is_limited
        self._charged: dict[int, int] = {}
        self._released: set[int] = set()
        self._unlinked: set[int] = set()

    def charge(self, blobs: Iterable[Blob]) -> None:
        self._charged |= {blob.pk: blob.size for blob in blobs}

    def release(self, blobs: Iterable[int]) -> None:
        """Those of these blobs that no artifact of the project has any more."""
        self._released.update(blobs)

    def unlink(self, blob: Blob) -> None:
        """The same, where no repository of the project shows it any more either."""
        self._unlinked.add(blob.pk)

    def settle(self) -> None:
        """QuotaExceeded where the project may not hold so much: then the transaction must not commit."""
        if not (self._charged or self._released or self._unlinked):
            return
        held = quotas.hold(self.project_id)
        change = self._charge() - self._release()
        if change > 0 and self._is_limited:
            quotas.require_room(held, change)
        if change:
            _add(self.project_id, change)

    def _charge(self) -> int:
        """The bytes that the project was not charged for yet. By id, as everybody does."""
        wanted, size = sorted(self._charged), 0
        for start in range(0, len(wanted), BATCH):
            size += sum(self._charged[blob] for blob in _insert(self.project_id, wanted[start : start + BATCH]))
        return size

    def _release(self) -> int:
        """Asked only now that the row is held: what others have put or shown before is seen."""
        shown = BlobLink.objects.filter(repository__project=self.project_id, blob=OuterRef("blob"))
        unneeded_now = unneeded(self.project_id)
        return _drop_of(unneeded_now, self._released) + _drop_of(unneeded_now.filter(~Exists(shown)), self._unlinked)


_current: ContextVar[Account | None] = ContextVar("usage_account", default=None)


@contextmanager
def account(project_id: int, *, is_limited: bool = True) -> Iterator[Account]:
    """The account of the caller's transaction with this project; what is inside another joins that.
    It must be the last thing that ends within the transaction."""
    outer = _current.get()
    if outer is not None and outer.project_id == project_id:
        yield outer
        return
    mine = Account(project_id, is_limited=is_limited)
    token = _current.set(mine)
    try:
        yield mine
    finally:
        _current.reset(token)
    mine.settle()


def charge(project_id: int, blobs: Iterable[Blob]) -> None:
    """Charge the project for these blobs, where it is not yet."""
    with account(project_id) as current:
        current.charge(blobs)


def release(project_id: int, manifests: QuerySet[Manifest]) -> None:
    """The project is rid of these manifests, or of one of the repositories that they stood in."""
    referred = ManifestBlob.objects.filter(manifest__in=manifests.values("pk"))
    with account(project_id) as current:
        current.release(manifests.values_list("blob", flat=True))
        current.release(referred.values_list("blob", flat=True))


def release_link(project_id: int, blob: Blob) -> None:
    """A repository of the project shows the blob no more."""
    with account(project_id) as current:
        current.unlink(blob)


def unneeded(project_id: int) -> QuerySet[ProjectBlob]:
    """The charges for what no artifact of the project has."""
    standing = Artifact.objects.filter(project=project_id, deleted_at=None)
    own = standing.filter(manifest__blob=OuterRef("blob"))
    referring = standing.filter(manifest__blob_references__blob=OuterRef("blob"))
    return charged(project_id).filter(~Exists(own), ~Exists(referring))


def freed_by(project_id: int, keys: Collection[int]) -> int:
    """The bytes that the project is rid of when the artifacts of these numbers are deleted."""
    going = Artifact.objects.filter(pk__in=keys, deleted_at=None).values("manifest")
    referred = ManifestBlob.objects.filter(manifest__in=going).values("blob")
    own = Manifest.objects.filter(pk__in=going).values("blob")
    rest = Artifact.objects.filter(project=project_id, deleted_at=None).exclude(pk__in=keys)
    needed = rest.filter(manifest__blob=OuterRef("pk")), rest.filter(manifest__blob_references__blob=OuterRef("pk"))
    freed = Blob.objects.filter(Q(pk__in=referred) | Q(pk__in=own), *(~Exists(rows) for rows in needed))
    return freed.aggregate(all=Sum("size"))["all"] or 0


def charged(project_id: int) -> QuerySet[ProjectBlob]:
    return ProjectBlob.objects.filter(project=project_id)


def drop(charges: QuerySet[ProjectBlob]) -> int:
    """The bytes that these charges were for, which are no more; in a transaction that holds the project's row."""
    gone = dict(charges.values_list("pk", "blob__size"))
    keys = list(gone)
    for start in range(0, len(keys), BATCH):
        ProjectBlob.objects.filter(pk__in=keys[start : start + BATCH]).delete()
    return sum(gone.values())


def _drop_of(charges: QuerySet[ProjectBlob], blobs: set[int]) -> int:
    wanted, size = sorted(blobs), 0
    for start in range(0, len(wanted), BATCH):
        size += drop(charges.filter(blob__in=wanted[start : start + BATCH]))
    return size


def open(project: Project, hard: int | None = None, *, by: Principal) -> None:  # noqa: A001 (read as usage.open)
    """A new project's account. How much it may hold says only who may change quotas; else it is the usual limit."""
    if hard is None or not may(by, "system-quota:update", None):
        hard = quotas.usual()
    else:
        quotas.check_limit(hard)
    ProjectUsage.objects.get_or_create(project=project, defaults={"hard": hard})


def get(project_id: int) -> ProjectUsage:
    found = ProjectUsage.objects.select_related("project__owner").filter(pk=project_id).first()
    if found is None:
        raise QuotaUnknown(f"there is no quota {project_id}")
    return found


@transaction.atomic
def set_limit(project: Project, hard: int, *, by: Principal) -> None:
    """How many bytes the project may hold from now on. Below what it holds, only what is new to it is refused."""
    require(by, "system-quota:update", None)
    quotas.check_limit(hard)
    now = timezone.now()
    ProjectUsage.objects.update_or_create(project=project, defaults={"hard": hard, "updated_at": now})
    audit.record(by, "update", "quota", project.name, project, description=f"storage = {hard}")


@dataclass(frozen=True)
class Recount:
    """What came of one: the bytes of pushes that were forgotten, and by how many the sum was wrong besides."""

    released: int
    error: int


def recount(project_id: int, *, before: datetime) -> Recount:
    """Count anew what a project holds, and forget pushes that brought blobs before then and no manifest since.
    Pushes wait for that only where there is something to change."""
    broken_off = unneeded(project_id).filter(charged_at__lt=before)
    missing = needed(project_id).exclude(charges__project=project_id)
    if not (broken_off.exists() or missing.exists() or _is_wrong(project_id)):
        return Recount(0, 0)
    with transaction.atomic():
        held = quotas.hold(project_id)
        released = drop(broken_off)
        wanted = list(missing.values_list("pk", flat=True))
        for start in range(0, len(wanted), BATCH):
            _insert(project_id, wanted[start : start + BATCH])
        used = charged(project_id).aggregate(all=Sum("blob__size"))["all"] or 0
        if used != held.used:
            _add(project_id, used - held.used)
    return Recount(released, used - held.used + released)


def _is_wrong(project_id: int) -> bool:
    """One statement, which sees one moment."""
    rows = ProjectUsage.objects.filter(pk=project_id).annotate(all=Sum("project__charged_blobs__blob__size"))
    return any(used != (charges or 0) for used, charges in rows.values_list("used", "all"))


def needed(project_id: int) -> QuerySet[Blob]:
    """What the artifacts of the project have."""
    standing = Artifact.objects.filter(project=project_id, deleted_at=None).values("manifest")
    referred = ManifestBlob.objects.filter(manifest__in=standing).values("blob")
    own = Manifest.objects.filter(pk__in=standing).values("blob")
    return Blob.objects.filter(Q(pk__in=referred) | Q(pk__in=own)).order_by("pk")


def _insert(project_id: int, blobs: list[int]) -> list[int]:
    """Charge for these; answers which of them are new to the project."""
    marks, now = ", ".join(["%s"] * len(blobs)), connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(INSERT.replace("$marks", marks), [project_id, now, *blobs])
        return [row[0] for row in cursor.fetchall()]


def _add(project_id: int, size: int) -> None:
    now = timezone.now()
    ProjectUsage.objects.filter(pk=project_id).update(used=F("used") + size, updated_at=now)
