"""Uploads: one writer, bytes before rows, and nothing that is not what its digest says."""

import hashlib

import pytest

from registry import storage
from registry.content import blobs, digests, uploads
from registry.content.reception import HASHERS
from registry.exceptions import (
    BlobUnknown,
    DigestMismatch,
    TooManyUploads,
    UploadBusy,
    UploadOutOfOrder,
    UploadSizeInvalid,
    UploadUnknown,
)
from registry.models import Blob, BlobState, Upload
from registry.storage import Absent, paths
from tests.factories.accounts import make_principal
from tests.factories.registry import begin_and_end, make_repository, push_blob, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return make_principal()


@pytest.fixture
def repository():
    return make_repository()


def stored(digest: str) -> bytes:
    return storage.driver().read(paths.blob(digest))


def test_a_blob_in_one_chunk_is_there_under_its_digest(repository):
    blob = push_blob(repository, b"layer")
    assert blob.digest == f"sha256:{hashlib.sha256(b'layer').hexdigest()}"
    assert stored(blob.digest) == b"layer"
    assert blobs.readable(repository, blob.digest) == blob
    assert list(storage.driver().walk(f"{paths.repository(repository.name)}/_uploads")) == []


@pytest.mark.django_db(transaction=True)
def test_the_link_file_is_written_after_the_commit(repository):
    blob = push_blob(repository, b"layer")
    assert storage.driver().read(paths.layer_link(repository.name, blob.digest)) == blob.digest.encode()


def test_many_chunks_need_no_second_reading(repository, alice, monkeypatch):
    upload = uploads.start(repository, by=alice)
    for piece in (b"one ", b"two ", b"three"):
        send(upload, piece)
    reception = begin_and_end(upload)
    monkeypatch.setattr(storage.driver(), "open", None)
    assert uploads.finish(reception, digests.of(b"one two three")).size == 13


def test_chunks_that_another_process_took_are_read_again(repository, alice):
    upload = uploads.start(repository, by=alice)
    send(upload, b"one ")
    HASHERS.forget(upload)  # as in a process that did not see the first chunk
    send(upload, b"two")
    assert Upload.objects.get().digest_so_far == ""
    assert uploads.finish(begin_and_end(upload), digests.of(b"one two")).size == 7


@pytest.mark.parametrize("content", [b"", b"x" * 100])
def test_sha512_is_as_good(repository, content):
    blob = push_blob(repository, content, algorithm="sha512")
    assert blob.digest == f"sha512:{hashlib.sha512(content).hexdigest()}"
    assert stored(blob.digest) == content


def test_an_empty_blob_is_a_blob(repository, alice):
    upload = uploads.start(repository, by=alice)
    assert uploads.finish(begin_and_end(upload), digests.of(b"")).size == 0
    assert stored(digests.of(b"")) == b""


def test_another_digest_is_refused_and_the_upload_dropped(repository, alice):
    upload = send(uploads.start(repository, by=alice), b"bytes")
    with pytest.raises(DigestMismatch):
        uploads.finish(begin_and_end(upload), digests.of(b"other bytes"))
    assert not Upload.objects.exists()
    assert not Blob.objects.exists()
    assert list(storage.driver().walk(paths.ROOT)) == []


def test_an_upload_is_its_beginners_alone(repository, alice):
    upload = uploads.start(repository, by=alice)
    assert uploads.get(repository.name, str(upload.pk), by=alice) == upload
    for name, upload_id, by in (
        (repository.name, str(upload.pk), make_principal()),
        (make_repository().name, str(upload.pk), alice),
        (repository.name, str(upload.pk).upper(), alice),
        (repository.name, upload.pk.hex, alice),
        (repository.name, "../../x", alice),
    ):
        with pytest.raises(UploadUnknown):
            uploads.get(name, upload_id, by=by)


def test_a_chunk_goes_on_where_the_upload_stands(repository, alice):
    upload = send(uploads.start(repository, by=alice), b"12345")
    with pytest.raises(UploadOutOfOrder) as refused:
        uploads.begin(upload, at=3)
    assert refused.value.offset == 5
    uploads.begin(upload, at=5).abort()


def test_there_is_one_writer(repository, alice):
    upload = uploads.start(repository, by=alice)
    reception = uploads.begin(upload)
    with pytest.raises(UploadBusy):
        uploads.begin(Upload.objects.select_related("repository").get())
    reception.write(b"bytes")
    reception.complete()
    assert uploads.append(reception).offset == 5


def test_a_writer_that_was_overtaken_changes_nothing(repository, alice):
    upload = uploads.start(repository, by=alice)
    slow = uploads.begin(upload)
    slow.write(b"slow")
    slow.complete()
    again = Upload.objects.select_related("repository").get()
    send(again, b"quick")
    with pytest.raises(UploadBusy):
        uploads.append(slow)
    with pytest.raises(UploadBusy):
        uploads.finish(slow, digests.of(b"slow"))
    assert Upload.objects.get().offset == 5
    assert uploads.finish(begin_and_end(again), digests.of(b"quick")).size == 5


def test_a_cut_body_is_gone_on_with(repository, alice):
    upload = send(uploads.start(repository, by=alice), b"first ")
    reception = uploads.begin(upload)
    reception.expected = 100
    reception.write(b"part")
    reception.abort()
    again = uploads.get(repository.name, str(upload.pk), by=alice)
    assert again.offset == 10
    send(again, b"ial")
    assert uploads.finish(begin_and_end(again), digests.of(b"first partial")).size == 13


def test_a_cut_body_in_one_request_leaves_nothing(repository, alice):
    reception = uploads.begin(uploads.start(repository, by=alice), finishing="sha256", keeps_cut=False)
    reception.write(b"part")
    reception.abort()
    assert not Upload.objects.exists()
    assert list(storage.driver().walk(paths.ROOT)) == []


def test_a_body_shorter_than_announced_is_not_taken(repository, alice):
    reception = uploads.begin(uploads.start(repository, by=alice))
    reception.expected = 6
    reception.write(b"short")
    with pytest.raises(UploadSizeInvalid):
        reception.complete()
    assert Upload.objects.get().offset == 0


def test_torn_bytes_behind_the_row_are_cut_off(repository, alice):
    upload = send(uploads.start(repository, by=alice), b"good")
    with_torn = storage.driver().writer(paths.upload(repository.name, upload.pk))
    with_torn.resume(4)
    with_torn.write(b"torn")
    with_torn.close()
    send(upload, b" end")
    assert uploads.finish(begin_and_end(upload), digests.of(b"good end")).size == 8


def test_an_upload_whose_bytes_were_lost_begins_anew(repository, alice):
    upload = send(uploads.start(repository, by=alice), b"good")
    storage.driver().remove(paths.upload(repository.name, upload.pk))
    with pytest.raises(UploadUnknown, match="lost"):
        uploads.begin(upload)
    assert not Upload.objects.exists()


def test_nobody_opens_uploads_without_end(repository, alice, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_OPEN", 2)
    uploads.start(repository, by=alice)
    uploads.start(repository, by=alice)
    with pytest.raises(TooManyUploads):
        uploads.start(repository, by=alice)
    uploads.start(repository, by=make_principal())


def test_the_same_bytes_are_stored_once(repository):
    first = push_blob(repository, b"shared")
    elsewhere = make_repository()
    with pytest.raises(BlobUnknown):
        blobs.readable(elsewhere, first.digest)
    assert push_blob(elsewhere, b"shared") == first
    assert blobs.readable(elsewhere, first.digest) == first


@pytest.mark.parametrize("state", [BlobState.CONDEMNED, BlobState.DELETING])
def test_uploading_a_blob_that_is_on_its_way_out_brings_it_back(repository, state):
    blob = push_blob(repository, b"bytes")
    Blob.objects.update(state=state)
    storage.driver().remove(paths.blob(blob.digest))
    assert push_blob(repository, b"bytes").state == BlobState.LIVE
    assert stored(blob.digest) == b"bytes"


def test_uploading_a_damaged_blob_mends_it(repository):
    blob = push_blob(repository, b"bytes")
    storage.driver().put(paths.blob(blob.digest), b"byt")
    push_blob(repository, b"bytes")
    assert stored(blob.digest) == b"bytes"


def test_a_condemned_blob_is_pardoned_when_a_client_asks_for_it(repository):
    blob = push_blob(repository, b"bytes")
    Blob.objects.update(state=BlobState.CONDEMNED)
    assert blobs.claim(blob.digest) == blob
    assert Blob.objects.get().state == BlobState.LIVE


def test_a_blob_being_removed_looks_absent(repository):
    blob = push_blob(repository, b"bytes")
    Blob.objects.update(state=BlobState.DELETING)
    with pytest.raises(BlobUnknown):
        blobs.readable(repository, blob.digest)


def test_cancelling_leaves_nothing(repository, alice):
    upload = send(uploads.start(repository, by=alice), b"bytes")
    uploads.cancel(upload)
    with pytest.raises(Absent):
        storage.driver().size(paths.upload(repository.name, upload.pk))
    with pytest.raises(UploadUnknown):
        uploads.begin(upload)
    assert list(storage.driver().walk(paths.ROOT)) == []


def test_an_upload_that_is_cancelled_while_it_ends_is_unknown(repository, alice):
    upload = send(uploads.start(repository, by=alice), b"abc")
    reception = uploads.begin(upload, finishing="sha512")
    uploads.cancel(upload)
    with pytest.raises(UploadUnknown):
        reception.complete()
