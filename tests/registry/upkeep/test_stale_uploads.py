"""The sweep of stale uploads: what nobody has touched for a week goes, and nothing else."""

import os
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from accounts.principals import SYSTEM
from registry import storage
from registry.content import uploads
from registry.models import Upload
from registry.storage import paths
from registry.upkeep import stale_uploads
from registry.upkeep.progress import Done
from tests.factories.registry import begin_and_end, make_repository, push_blob, send

pytestmark = pytest.mark.django_db

LONG_AGO = timezone.now() - timedelta(days=8)
YESTERDAY = timezone.now() - timedelta(days=1)


def sweep() -> tuple[int, int]:
    """How many uploads were dropped, and their bytes."""
    done = [event for event in stale_uploads.sweep() if isinstance(event, Done)]
    return sum(event.count for event in done), sum(event.size for event in done)


def touch(upload: Upload, when) -> Upload:
    Upload.objects.filter(pk=upload.pk).update(touched_at=when)
    return upload


def grow_old(folder: Path, path: str, when) -> None:
    for file in [folder / path, *(folder / path).rglob("*")]:
        os.utime(file, (when.timestamp(), when.timestamp()))


def started(content: bytes = b"half of it") -> Upload:
    return send(uploads.start(make_repository(), by=SYSTEM), content)


def test_an_upload_that_nobody_touched_for_a_week_goes_with_its_file():
    upload, kept = touch(started(), LONG_AGO), touch(started(), YESTERDAY)
    assert sweep() == (1, len(b"half of it"))
    assert list(Upload.objects.all()) == [kept]
    assert storage.driver().children(paths.upload_folder(upload.repository.name, upload.pk)) == []


def test_one_that_has_no_file_yet_goes_too():
    touch(uploads.start(make_repository(), by=SYSTEM), LONG_AGO)
    assert sweep() == (1, 0)
    assert not Upload.objects.exists()


def test_one_that_somebody_is_writing_stays():
    upload = started()
    reception = uploads.begin(upload)
    touch(upload, LONG_AGO)
    assert sweep() == (0, 0)
    reception.write(b", and the rest")
    reception.complete()
    uploads.append(reception)
    assert uploads.finish(begin_and_end(upload), reception_digest(b"half of it, and the rest")).size == 24


def reception_digest(content: bytes) -> str:
    return push_blob(make_repository(), content).digest


def test_files_without_a_row_go_when_they_are_a_week_old(folder: Path):
    repository = make_repository()
    old, new = (uploads.stage(repository, b"a manifest of a killed push") for _ in range(2))
    grow_old(folder, paths.parent(old), LONG_AGO)
    grow_old(folder, paths.parent(new), YESTERDAY)
    assert sweep() == (1, len(b"a manifest of a killed push"))
    assert not (folder / paths.parent(old)).exists()
    assert (folder / new).exists()


def test_a_file_without_a_row_that_somebody_writes_stays(folder: Path):
    staged = uploads.stage(make_repository(), b"being written")
    grow_old(folder, paths.parent(staged), LONG_AGO)
    writer = storage.driver().writer(staged)
    assert sweep() == (0, 0)
    writer.close()
    assert sweep() == (1, 13)


def test_what_a_stock_registry_left_of_an_upload_goes_with_all_its_files(folder: Path):
    left = paths.upload_folder("lone", uuid.uuid4())
    for name in ("data", "startedat", "hashstates/sha256/0"):
        storage.driver().put(f"{left}/{name}", b"x")
    grow_old(folder, left, LONG_AGO)
    assert sweep() == (1, 1)
    assert not (folder / left).exists()


def test_what_is_no_upload_is_left_alone(folder: Path):
    notes = f"{paths.uploads_folder('library/app')}/notes/data"
    storage.driver().put(notes, b"mine")
    grow_old(folder, notes, LONG_AGO)
    assert sweep() == (0, 0)
    assert (folder / notes).exists()
