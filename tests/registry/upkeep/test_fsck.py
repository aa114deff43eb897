"""fsck: what is damaged is found and named, what is whole is not, and nothing is found while somebody pushes."""

import json
import os
import threading
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.principals import SYSTEM
from registry import storage
from registry.content import digests, uploads
from registry.models import Artifact, Blob, BlobLink, BlobState, Manifest, Tag, Upload
from registry.storage import paths
from registry.upkeep import blob_checks, findings, fsck
from registry.upkeep.findings import Finding, Kind
from registry.upkeep.progress import Done, Reached, Tally
from tests.factories.registry import (
    image_of,
    index_of,
    make_repository,
    push_blob,
    push_image,
    put,
    send,
)

pytestmark = pytest.mark.django_db

LONG_AGO = timezone.now() - timedelta(days=2)


def found(**asked: Any) -> dict[str, list[str]]:
    """The subjects of all findings, by kind."""
    told: dict[str, list[str]] = {}
    for event in fsck.look(**asked):
        if isinstance(event, Finding):
            told.setdefault(event.kind.name, []).append(event.subject)
    return told


def grow_old(folder: Path, path: str) -> None:
    os.utime(folder / path, (LONG_AGO.timestamp(), LONG_AGO.timestamp()))


def test_what_was_pushed_is_whole():
    repository = make_repository("library/app")
    child = push_image(repository, "1")
    put(repository, "index", index_of(child))
    foreign = {
        "mediaType": "application/vnd.oci.image.layer.nondistributable.v1.tar",
        "digest": "sha256:" + "0" * 64,
        "size": 7,
        "urls": ["https://example.org/layer"],
    }
    put(repository, "foreign", image_of(repository, layers=[foreign]))
    push_image(repository, "subject", subject={"mediaType": "x/y", "digest": "sha256:" + "1" * 64, "size": 7})
    put(repository, "long", image_of(repository, push_blob(repository, algorithm="sha512")))
    send(uploads.start(repository, by=SYSTEM), b"coming in")
    assert found(hashing=True) == {}


def test_a_blob_without_a_file_is_found_and_who_misses_it():
    repository, other = make_repository("library/app"), make_repository("team/app")
    layer = push_blob(repository, b"gone")
    push_image(repository, "1", layer)
    push_blob(other, b"gone")
    storage.driver().remove(paths.blob(layer.digest))
    (finding,) = [event for event in fsck.look() if isinstance(event, Finding)]
    assert str(finding) == f"{layer.digest}: in library/app, team/app"
    assert finding.kind == findings.BLOB_MISSING


def test_a_blob_of_another_size_is_found():
    layer = push_blob(make_repository(), b"whole")
    storage.driver().put(paths.blob(layer.digest), b"cut")
    assert found() == {"blob-size": [layer.digest]}


def test_a_flipped_bit_is_found_by_hashing_only():
    layer = push_blob(make_repository(), b"whole")
    storage.driver().put(paths.blob(layer.digest), b"whale")
    assert found() == {}
    assert found(hashing=True) == {"blob-digest": [layer.digest]}


def test_a_file_without_a_row_is_damage_once_no_push_can_be_under_way(folder: Path):
    digest = digests.of(b"stray")
    storage.driver().put(paths.blob(digest), b"stray")
    assert found() == {"blob-young": [digest]}
    grow_old(folder, paths.blob(digest))
    assert found() == {"blob-unknown": [digest]}


def test_what_is_no_blob_among_the_blobs_is_told_once_no_write_can_be_under_way(folder: Path):
    rest = f"{paths.blob_folder(digests.of(b'x'))}/.data.12.ab"
    storage.driver().put(rest, b"rest of a write")
    assert found() == {}
    grow_old(folder, rest)
    assert found() == {"file-strange": [rest]}


def test_trash_is_no_concern():
    storage.driver().put(f"{paths.TRASH}/1-ab/data", b"removed")
    assert found() == {}


def test_a_blob_that_is_being_removed_needs_no_file():
    layer = push_blob(make_repository())
    Blob.objects.filter(pk=layer.pk).update(state=BlobState.DELETING)
    BlobLink.objects.all().delete()
    storage.driver().remove(paths.blob(layer.digest))
    assert found() == {}


def test_a_blob_that_was_removed_while_we_looked_is_no_finding():
    layer = push_blob(make_repository())
    storage.driver().remove(paths.blob(layer.digest))
    assert blob_checks.confirmed(layer.digest) is not None
    Blob.objects.filter(pk=layer.pk).update(state=BlobState.DELETING)
    assert blob_checks.confirmed(layer.digest) is None


def test_a_manifest_whose_row_or_file_was_changed_is_found():
    document, other = push_image(make_repository(), "1"), push_image(make_repository(), "1")
    changed = other.body.replace(b"layers", b"LAYERS")
    Manifest.objects.filter(digest=document.digest).update(payload=document.body + b" ")
    storage.driver().put(paths.blob(other.digest), changed)
    assert found() == {"manifest-payload": [document.digest, other.digest]}


def test_references_to_what_is_not_there_are_found():
    repository = make_repository("library/app")
    layer = push_blob(repository)
    image = push_image(repository, "1", layer)
    BlobLink.objects.filter(blob=layer).delete()
    assert found() == {"reference-unlinked": [f"library/app@{image.digest}"]}


def test_references_to_what_is_being_removed_are_found():
    repository = make_repository("library/app")
    layer = push_blob(repository)
    image = push_image(repository, "1", layer)
    Blob.objects.filter(pk=layer.pk).update(state=BlobState.DELETING)
    Blob.objects.filter(digest=image.digest).update(state=BlobState.DELETING)
    subject = f"library/app@{image.digest}"
    assert found() == {"link-dead": ["library/app"], "manifest-blob": ["library/app"], "reference-dead": [subject]}


def test_an_index_whose_child_stands_elsewhere_only_is_found():
    repository, other = make_repository("library/app"), make_repository("library2/app")
    layer = push_blob(repository)
    child = push_image(repository, "1", layer)
    index = put(repository, "index", index_of(child))
    for tag in Tag.objects.filter(name="1"):
        tag.delete()
    Artifact.objects.filter(digest=child.digest).update(repository=other)
    told = found()
    assert told["child-missing"] == [f"library/app@{index.digest}"]


def test_a_tag_on_a_deleted_artifact_is_found():
    document = push_image(make_repository("library/app"), "1")
    Artifact.objects.filter(digest=document.digest).update(deleted_at=timezone.now())
    assert found() == {"tag-dead": ["library/app:1"], "lists-wrong": ["library/app"]}


def test_an_artifact_with_anothers_digest_is_found():
    repository = make_repository("library/app")
    document = push_image(repository, "1")
    wrong = "sha256:" + "0" * 64
    Artifact.objects.filter(digest=document.digest).update(digest=wrong)
    assert found() == {"artifact-digest": [f"library/app@{wrong}"]}


def test_an_upload_whose_file_lost_bytes_is_found():
    upload = send(uploads.start(make_repository(), by=SYSTEM), b"half of it")
    assert found() == {}
    storage.driver().put(paths.upload(upload.repository.name, upload.pk), b"half")
    assert found() == {"upload-short": [str(upload.pk)]}
    assert Upload.objects.exists()


def test_a_file_of_an_upload_without_a_row_is_told_once_it_is_old(folder: Path):
    staged = uploads.stage(make_repository(), b"of a killed push")
    assert found() == {}
    grow_old(folder, staged)
    assert found() == {"upload-unknown": [staged.split("/")[-2]]}


def test_links_are_compared_only_when_asked_and_then_mended():
    push_image(make_repository("library/app"), "1")
    storage.driver().put(paths.tag_link("stock/app", "1"), b"sha256:" + b"0" * 64)
    assert found() == {}
    assert found(mending_links=True) == {"links-mended": ["library/app"], "repository-unknown": ["stock/app"]}
    assert found(mending_links=True) == {"repository-unknown": ["stock/app"]}


@pytest.mark.django_db(transaction=True)
def test_nothing_is_found_while_somebody_pushes(folder: Path):
    repository, over = make_repository("library/app"), threading.Event()

    def push() -> None:
        number = 0
        try:
            while not over.is_set():
                number += 1
                send(uploads.start(repository, by=SYSTEM), b"left open")
                push_image(repository, f"{number % 3}", push_blob(repository))
        finally:
            connection.close()

    pusher = threading.Thread(target=push)
    pusher.start()
    try:
        while Artifact.objects.count() < 20:
            assert pusher.is_alive()
            assert found(hashing=True) == {}
    finally:
        over.set()
        pusher.join()


def test_it_goes_on_from_every_place_it_reached():
    repository = make_repository("library/app")
    push_image(repository, "1")
    send(uploads.start(repository, by=SYSTEM), b"x")
    events = list(fsck.look(mending_links=True))
    for position, event in enumerate(events):
        if isinstance(event, Reached):
            rest = [each for each in events[position + 1 :] if not isinstance(each, Finding)]
            assert list(fsck.look(mending_links=True, after=event.place)) == rest


def test_every_byte_is_counted_when_every_byte_is_hashed():
    push_image(make_repository(), "1")
    tallies = [Tally(), Tally()]
    for tally, hashing in zip(tallies, (False, True), strict=True):
        for event in fsck.look(hashing=hashing):
            if isinstance(event, Done):
                tally.add(event)
    assert str(tallies[0]) == str(tallies[1])
    assert tallies[0]["bytes"] == sum(Blob.objects.values_list("size", flat=True))


def test_the_command_tells_what_it_found_and_what_to_do_and_ends_with_1():
    layer = push_blob(make_repository("library/app"))
    output = StringIO()
    call_command("fsck", stdout=output)
    assert output.getvalue() == f"Checked: blobs 1, {layer.size} B. No damage.\n"
    storage.driver().remove(paths.blob(layer.digest))
    output = StringIO()
    with pytest.raises(CommandError, match="There is damage; findings: 1"):
        call_command("fsck", stdout=output)
    assert f"blob-missing: 1. {findings.BLOB_MISSING.sentence}\n    {layer.digest}: in library/app" in output.getvalue()
    assert findings.BLOB_MISSING.remedy in output.getvalue()


def test_the_command_prints_json():
    layer = push_blob(make_repository("library/app"))
    storage.driver().remove(paths.blob(layer.digest))
    output = StringIO()
    with pytest.raises(CommandError):
        call_command("fsck", "--json", stdout=output)
    told = json.loads(output.getvalue())
    assert told["is_clean"] is False
    assert told["checked"]["blobs"] == 1
    (kind,) = told["findings"]
    assert (kind["name"], kind["is_damage"]) == ("blob-missing", True)
    assert kind["found"] == [{"subject": layer.digest, "detail": "in library/app"}]


def test_every_kind_has_its_own_name():
    kinds = [value for value in vars(findings).values() if isinstance(value, Kind)]
    assert len({kind.name for kind in kinds}) == len(kinds) > 15
