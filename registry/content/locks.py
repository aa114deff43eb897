"""Locks that hold until the transaction ends.

SQLite needs none: its transactions begin IMMEDIATE, so there is one writer at a time."""

import hashlib
from collections.abc import Callable, Iterable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection
from psycopg.errors import DeadlockDetected

from registry.models import Artifact, Blob, BlobState

# The most values that one statement takes on any database.
BATCH = 500
MOST_ATTEMPTS = 5

Given = ParamSpec("Given")
Result = TypeVar("Result")


def again_after_deadlock(change: Callable[Given, Result]) -> Callable[Given, Result]:
    """Around a change that is a transaction of its own and holds one thing after another, in an order that depends on
    what it finds: where it and another wait for each other, PostgreSQL undoes one of them, which is done again."""

    @wraps(change)
    def attempt(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        for _ in range(MOST_ATTEMPTS - 1):
            try:
                return change(*args, **kwargs)
            except OperationalError as error:
                if connection.in_atomic_block or not isinstance(error.__cause__, DeadlockDetected):
                    raise
        return change(*args, **kwargs)

    return attempt


def hold_digest(digest: str) -> None:
    """Be alone with this digest: whoever makes or removes its bytes holds this."""
    if connection.vendor == "postgresql":
        key = int.from_bytes(hashlib.sha256(digest.encode()).digest()[:8], "big", signed=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def hold_blobs(repository_id: int, wanted: Iterable[str]) -> dict[str, Blob]:
    """The blobs of these digests that the repository may show and that are LIVE, held so that none of
    them can be removed before we commit. Django's deferred foreign keys would lock nothing until then.
    In the order of digests, so that two pushes cannot wait for each other."""
    held: dict[str, Blob] = {}
    ordered = sorted(set(wanted))
    lock = "FOR KEY SHARE OF b, l" if connection.vendor == "postgresql" else ""
    for start in range(0, len(ordered), BATCH):
        batch = ordered[start : start + BATCH]
        marks = ", ".join(["%s"] * len(batch))
        found = Blob.objects.raw(
            f"SELECT b.* FROM registry_blob b JOIN registry_bloblink l ON l.blob_id = b.id"  # noqa: S608  marks only
            f" WHERE l.repository_id = %s AND b.state = %s AND b.digest IN ({marks}) ORDER BY b.digest {lock}",
            [repository_id, BlobState.LIVE, *batch],
        )
        held |= {blob.digest: blob for blob in found}
    return held


def hold_standing(repository_id: int, wanted: Iterable[str]) -> set[str]:
    """Those of the digests that stand in the repository as artifacts, held so that none of them can be deleted
    before we commit; all else of them may change, so that nobody who does that waits for us."""
    held: set[str] = set()
    ordered = sorted(set(wanted))
    lock = "FOR KEY SHARE" if connection.vendor == "postgresql" else ""
    for start in range(0, len(ordered), BATCH):
        batch = ordered[start : start + BATCH]
        marks = ", ".join(["%s"] * len(batch))
        found = Artifact.objects.raw(
            "SELECT id, digest FROM registry_artifact WHERE repository_id = %s AND deleted_at IS NULL"  # noqa: S608
            f" AND digest IN ({marks}) ORDER BY digest {lock}",
            [repository_id, *batch],
        )
        held |= {artifact.digest for artifact in found}
    return held
