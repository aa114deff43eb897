"""Two changes of one repository at the same time: both are made, in one order or the other."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait

import pytest
from django.db import connection, transaction

from accounts.principals import SYSTEM
from registry.content import artifacts, deletions, manifests, tags, uploads, usage
from registry.exceptions import ArtifactExists, ManifestInUse, QuotaExceeded
from registry.models import Artifact, Blob, ProjectBlob, Tag
from tests.factories.registry import image_of, index_of, make_repository, push_blob, push_image, put

pytestmark = pytest.mark.django_db(transaction=True)

# Long enough to come to the lock that the other holds.
MOMENT_SECONDS = 0.5
Beside = Callable[[Callable[[], object]], "Future[object]"]


@pytest.fixture
def repository():
    return make_repository()


@pytest.fixture
def beside() -> Iterator[Beside]:
    """Does work in another thread, and answers when that has come to where it must wait for us."""
    with ThreadPoolExecutor(1) as thread:

        def begin(work: Callable[[], object]) -> "Future[object]":
            begun = thread.submit(work)
            assert not wait([begun], timeout=MOMENT_SECONDS).done
            return begun

        yield begin
        thread.submit(lambda: connection.close()).result()  # that of the thread


def pointed_at(repository, tag):
    return Tag.objects.get(repository=repository, name=tag).artifact.digest


def test_a_child_is_not_deleted_while_an_index_of_it_is_put(repository, beside):
    child = push_image(repository, "child")
    index = index_of(child)
    with transaction.atomic():
        put(repository, "multi", index)
        deletion = beside(lambda: manifests.delete(repository, child.digest, by=SYSTEM))
    with pytest.raises(ManifestInUse):
        deletion.result(10)
    assert Artifact.objects.filter(repository=repository, digest=child.digest, deleted_at=None).exists()


def test_a_tag_moves_away_from_an_artifact_that_is_being_deleted(repository, beside):
    old = push_image(repository, "a")
    put(repository, "b", old.body)
    new = image_of(repository)
    with transaction.atomic():
        put(repository, "b", new)
        deletion = beside(lambda: manifests.delete(repository, old.digest, by=SYSTEM))
    deletion.result(10)
    assert [tag.name for tag in Tag.objects.filter(repository=repository)] == ["b"]


def test_a_tag_moves_to_a_child_while_it_moves_to_the_index_of_it(repository, beside):
    child = push_image(repository, "child")
    push_image(repository, "latest")
    index = index_of(child)
    with transaction.atomic():
        put(repository, "latest", child.body)
        pushed = beside(lambda: put(repository, "latest", index))
    digest = pushed.result(10).digest
    assert pointed_at(repository, "latest") == digest


def test_two_pushes_of_the_same_tags_in_another_order_both_end(repository, beside):
    push_image(repository, "a")
    push_image(repository, "b")
    first, second = image_of(repository), image_of(repository)
    with transaction.atomic():
        put(repository, "a", first)
        pushed = beside(lambda: put(repository, "b", second, also=["a"]))
        put(repository, "b", first)
    digest = pushed.result(10).digest
    assert (pointed_at(repository, "a"), pointed_at(repository, "b")) == (digest, digest)


def test_a_tag_that_moves_at_the_moment_is_deleted_all_the_same(repository, beside):
    push_image(repository, "latest")
    new = image_of(repository)
    with transaction.atomic():
        put(repository, "latest", new)
        deletion = beside(lambda: tags.delete(repository, "latest", by=SYSTEM))
    deletion.result(10)
    assert not Tag.objects.filter(repository=repository).exists()


def test_a_deletion_that_waits_for_who_waits_for_it_is_done_after_that(repository, beside):
    image = push_image(repository, "z")
    said = {"mediaType": image.media_type, "digest": image.digest, "size": len(image.body)}
    push_image(repository, "a", subject=said)
    new = image_of(repository)
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL deadlock_timeout TO '30s'")  # so that the deletion is what is undone
        put(repository, "a", new)
        subject = Artifact.objects.get(repository=repository, digest=image.digest)
        deletion = beside(lambda: artifacts.delete(subject, by=SYSTEM))
        put(repository, "z", new)
    deletion.result(10)
    (kept,) = Artifact.objects.filter(repository=repository, deleted_at=None)
    assert {tag.name for tag in kept.tags.all()} == {"a", "z"}


def test_a_project_is_not_released_from_what_another_manifest_brings_at_this_moment(repository, beside):
    shared = push_blob(repository, b"shared" * 100)
    old = push_image(repository, "old", shared)
    other = make_repository(project=repository.project)
    push_blob(other, b"shared" * 100)
    new = image_of(other, shared)
    with transaction.atomic():
        put(other, "new", new)
        deletion = beside(lambda: manifests.delete(repository, old.digest, by=SYSTEM))
    deletion.result(10)
    assert ProjectBlob.objects.filter(project=repository.project, blob=shared).exists()


def test_a_manifest_charges_anew_for_what_is_released_at_this_moment(repository, beside):
    shared = push_blob(repository, b"shared" * 100)
    old = push_image(repository, "old", shared)
    other = make_repository(project=repository.project)
    push_blob(other, b"shared" * 100)
    new = image_of(other, shared)
    with transaction.atomic():
        manifests.delete(repository, old.digest, by=SYSTEM)
        pushed = beside(lambda: put(other, "new", new))
    pushed.result(10)
    assert ProjectBlob.objects.filter(project=repository.project, blob=shared).exists()


def test_of_two_blobs_that_have_room_for_one_the_second_is_refused_and_leaves_nothing(repository, beside):
    usage.set_limit(repository.project, 1000, by=SYSTEM)
    with transaction.atomic():
        push_blob(repository, b"a" * 600)
        second = beside(lambda: push_blob(repository, b"b" * 600))
    with pytest.raises(QuotaExceeded):
        second.result(10)
    (kept,) = Blob.objects.all()
    assert uploads.is_whole(kept.digest, 600)
    assert usage.get(repository.project_id).used == 600


def deleted(repository, document):
    artifact = Artifact.objects.get(repository=repository, digest=document.digest, deleted_at=None)
    artifacts.delete(artifact, by=SYSTEM)
    artifact.refresh_from_db()
    return artifact


def test_what_is_pushed_again_at_the_moment_is_not_undeleted(repository, beside):
    image = push_image(repository, "1.0")
    gone = deleted(repository, image)
    with transaction.atomic():
        put(repository, "2.0", image.body)
        undeletion = beside(lambda: deletions.undelete(gone, by=SYSTEM))
    with pytest.raises(ArtifactExists):
        undeletion.result(10)
    assert [tag.name for tag in Tag.objects.filter(repository=repository)] == ["2.0"]


def test_of_two_undeletions_of_the_same_one_is_made(repository, beside):
    gone = deleted(repository, push_image(repository, "1.0"))
    with transaction.atomic():
        deletions.undelete(gone, by=SYSTEM)
        second = beside(lambda: deletions.undelete(gone, by=SYSTEM))
    with pytest.raises(ArtifactExists):
        second.result(10)
    assert Artifact.objects.filter(repository=repository, deleted_at=None).count() == 1


def test_a_child_that_is_pushed_at_the_moment_stays_as_its_index_is_undeleted(repository, beside):
    child = push_image(repository, "child")
    index = put(repository, "multi", index_of(child))
    kept = Artifact.objects.get(repository=repository, digest=index.digest)
    artifacts.delete(kept, by=SYSTEM)
    artifacts.delete(Artifact.objects.get(repository=repository, digest=child.digest), by=SYSTEM)
    kept.refresh_from_db()
    with transaction.atomic():
        put(repository, "again", child.body)
        undeletion = beside(lambda: deletions.undelete(kept, by=SYSTEM))
    undeletion.result(10)
    assert (pointed_at(repository, "again"), pointed_at(repository, "multi")) == (child.digest, index.digest)
    assert not Tag.objects.filter(repository=repository, name="child").exists()


def test_an_undeletion_leaves_alone_a_tag_that_is_pushed_at_the_moment(repository, beside):
    gone = deleted(repository, push_image(repository, "latest"))
    new = image_of(repository)
    with transaction.atomic():
        newer = put(repository, "latest", new)
        undeletion = beside(lambda: deletions.undelete(gone, by=SYSTEM))
    assert undeletion.result(10).taken == ("latest",)
    assert pointed_at(repository, "latest") == newer.digest


def test_a_push_moves_a_tag_that_is_undeleted_at_the_moment(repository, beside):
    gone = deleted(repository, push_image(repository, "latest"))
    new = image_of(repository)
    with transaction.atomic():
        deletions.undelete(gone, by=SYSTEM)
        pushed = beside(lambda: put(repository, "latest", new))
    digest = pushed.result(10).digest
    assert pointed_at(repository, "latest") == digest


def test_a_child_is_not_deleted_while_an_index_of_it_is_undeleted(repository, beside):
    child = push_image(repository, "child")
    index = put(repository, "multi", index_of(child))
    gone = deleted(repository, index)
    with transaction.atomic():
        deletions.undelete(gone, by=SYSTEM)
        deletion = beside(lambda: manifests.delete(repository, child.digest, by=SYSTEM))
    with pytest.raises(ManifestInUse):
        deletion.result(10)


def test_an_undeletion_and_a_push_that_have_room_for_one_do_not_both_count(repository, beside):
    gone = deleted(repository, push_image(repository, "1.0", push_blob(repository, b"a" * 6000)))
    usage.set_limit(repository.project, 10_000, by=SYSTEM)
    with transaction.atomic():
        push_blob(repository, b"b" * 6000)
        undeletion = beside(lambda: deletions.undelete(gone, by=SYSTEM))
    with pytest.raises(QuotaExceeded):
        undeletion.result(10)
    assert not Artifact.objects.filter(repository=repository, deleted_at=None).exists()
