"""Uploads that nobody goes on with, and what killed ones left behind: dropped after a while.

Never one whose file somebody is writing: we take its lock before we look again."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from registry import storage
from registry.content import links as mirror
from registry.content import uploads
from registry.models import Upload
from registry.storage import Busy, paths
from registry.upkeep import folders, progress
from registry.upkeep.progress import Done, Event, Reached

logger = logging.getLogger(__name__)

# A client goes on with a cut upload within minutes, a person at the latest after a weekend. Docker's
# registry purges its own after a week too, so that neither drops what the other still counts on.
UNTOUCHED_FOR = timedelta(days=7)
BATCH = 200


def sweep(after: str = "") -> Iterator[Event]:
    """Drop what nobody has touched for a week: rows with their files, then files without a row."""
    before = timezone.now() - UNTOUCHED_FOR
    rooms = {"rows": lambda place: _rows(place, before), "folders": lambda place: _folders(place, before)}
    return progress.in_order(rooms, after)


def _rows(after: str, before: datetime) -> Iterator[Event]:
    stale = Upload.objects.select_related("repository").filter(touched_at__lt=before).order_by("pk")
    while batch := list((stale.filter(pk__gt=UUID(after)) if after else stale)[:BATCH]):
        for upload in batch:
            yield from _drop(upload.repository.name, str(upload.pk), before)
        after = str(batch[-1].pk)
        yield Reached(after)


def _folders(after: str, before: datetime) -> Iterator[Event]:
    for name in folders.repositories(after):
        for batch in progress.batches(folders.uploads(name), BATCH):
            rows = {str(pk) for pk in Upload.objects.filter(pk__in=batch).values_list("pk", flat=True)}
            for upload_id in batch:
                written_at = None if upload_id in rows else folders.upload_written_at(name, upload_id)
                if written_at and written_at < before:
                    yield from _drop(name, upload_id, before)
        yield Reached(name)


def _drop(name: str, upload_id: str, before: datetime) -> Iterator[Event]:
    try:
        writer = storage.driver().writer(paths.upload(name, upload_id))
    except Busy:
        return
    try:
        upload = Upload.objects.select_related("repository").filter(pk=upload_id).first()
        if upload and upload.touched_at >= before:
            return
        size = storage.driver().size(paths.upload(name, upload_id))
        if upload:
            uploads.cancel(upload)
        else:
            mirror.remove_upload(name, upload_id)
    finally:
        writer.close()
    logger.info("a stale upload was dropped", extra={"repository": name, "upload": upload_id, "size": size})
    yield Done("uploads", size=size)
