"""Pulls: noted in memory, and written in batches by a thread of the process, so that a pull itself writes nothing.

A batch counts for repositories, dates artifacts and tags, and records in the audit log who took what. What
a killed process had not written yet is lost; a database that is away for a while costs no pull, and where it
stays away, the oldest records."""

import logging
import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from django.db import DatabaseError, InterfaceError, OperationalError, models, transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone

from accounts import audit, configuration
from accounts.audit import Circumstances
from accounts.principals import ANONYMOUS, Principal
from accounts.tokens.jwt import Claims
from registry.content import daily
from registry.content.hot import HotManifest
from registry.models import Artifact, Repository, Tag

logger = logging.getLogger(__name__)
Number = TypeVar("Number", int, datetime)

# With so many records a batch is written before its time.
ENOUGH = 2000
# More are not kept, of records or of anything else that is noted.
MOST = 20_000
BATCH = 200
# A Harbor that replicates from here: its pulls are recorded, but say nothing about what people use.
REPLICATION = "harbor-registry-client"
SWITCHES = ["pull_count_update_disable", "pull_time_update_disable", "pull_audit_log_disable"]


@dataclass
class Notes:
    """What is to be written: counts by repository, times by artifact and tag, and records."""

    counts: Counter[int] = field(default_factory=Counter)
    artifacts: dict[int, datetime] = field(default_factory=dict)
    tags: dict[int, datetime] = field(default_factory=dict)
    records: list[audit.Note] = field(default_factory=list)

    def put_back(self, older: "Notes") -> None:
        """What could not be written, to be tried again; as much of it as there is room for."""
        self.counts.update(dict(islice(older.counts.items(), MOST)))
        self.artifacts = dict(islice({**older.artifacts, **self.artifacts}.items(), MOST))
        self.tags = dict(islice({**older.tags, **self.tags}.items(), MOST))
        self.records = [*older.records, *self.records][-MOST:]


_notes = Notes()
_lock = threading.Lock()
_writing = threading.Lock()
enough = threading.Event()
"""Set while there is enough for a batch."""


def note(found: HotManifest, resource: str, by: Principal, circumstances: Circumstances) -> None:
    """This manifest was taken. Waits for nothing."""
    now = timezone.now()
    record = audit.Note(by, "pull", "artifact", resource, found.rights.project_id, at=now, circumstances=circumstances)
    with _lock:
        if not circumstances.user_agent.startswith(REPLICATION):
            _count(found, now)
        if len(_notes.records) < MOST:
            _notes.records.append(record)
        if len(_notes.records) >= ENOUGH:
            enough.set()


def _count(found: HotManifest, now: datetime) -> None:
    if len(_notes.counts) < MOST:
        _notes.counts[found.repository_id] += 1
        daily.pulled(found.rights.project_id)
    if len(_notes.artifacts) < MOST:
        _notes.artifacts[found.artifact_id] = now
    if found.tag_id is not None and len(_notes.tags) < MOST:
        _notes.tags[found.tag_id] = now


def bearer(claims: Claims) -> Principal:
    """Who pulls with a registry token, as far as that tells: enough for a record."""
    if claims.bearer.kind == "anonymous":
        return ANONYMOUS
    kind = "robot" if claims.bearer.kind == "robot" else "user"
    via = "access token" if claims.bearer.kind == "access_token" else "registry token"
    return Principal(kind, claims.bearer.id, claims.name, False, claims.version, via=via)  # noqa: FBT003


def resource(name: str, reference: str) -> str:
    return f"{name}@{reference}" if ":" in reference else f"{name}:{reference}"


def flush() -> bool:
    """Write what was noted, by few statements. False where the database takes nothing now: then it waits."""
    global _notes
    with _writing:
        with _lock:
            taken, _notes = _notes, Notes()
            enough.clear()
        try:
            _write(taken)
        except (OperationalError, InterfaceError) as error:
            logger.warning("Pulls cannot be written now", extra={"reason": str(error), "pulls": len(taken.records)})
            return False
        except DatabaseError:
            logger.exception("Pulls cannot be written, and are dropped", extra={"pulls": len(taken.records)})
            taken = Notes()
        finally:
            with _lock:
                _notes.put_back(taken)
    return True


def forget() -> None:
    """Drop what this process has noted."""
    global _notes
    with _lock:
        _notes = Notes()


def _write(taken: Notes) -> None:
    """Each kind in transactions of its own. What is written, or need not be, is then noted no more."""
    if not (taken.counts or taken.artifacts or taken.tags or taken.records):
        return
    disabled = configuration.get_many(SWITCHES)
    if disabled["pull_count_update_disable"]:
        taken.counts.clear()
    if disabled["pull_time_update_disable"]:
        taken.artifacts.clear()
        taken.tags.clear()
    if disabled["pull_audit_log_disable"]:
        taken.records.clear()
    _update(Repository, "pull_count", taken.counts, adding=True)
    _update(Artifact, "pulled_at", taken.artifacts)
    _update(Tag, "pulled_at", taken.tags)
    with transaction.atomic():
        audit.record_many(taken.records)
    taken.records.clear()


def _update(model: type[models.Model], column: str, values: dict[int, Number], *, adding: bool = False) -> None:
    """Rows that somebody else is changing are left for the next time, so that no push waits for a batch that
    waits for a push; those that are gone are forgotten."""
    rows, keys = model._default_manager.all(), sorted(values)
    for start in range(0, len(keys), BATCH):
        batch: list[int] = keys[start : start + BATCH]
        with transaction.atomic():
            free = rows.select_for_update(no_key=True, skip_locked=True).filter(pk__in=batch)
            held = list(free.values_list("pk", flat=True))
            new: Any = Case(*(When(pk=key, then=Value(values[key])) for key in held))
            if held:
                rows.filter(pk__in=held).update(**{column: F(column) + new if adding else new})
        busy = set(rows.filter(pk__in={*batch}.difference(held)).values_list("pk", flat=True))
        for key in {*batch} - busy:
            del values[key]
