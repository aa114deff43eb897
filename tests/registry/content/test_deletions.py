"""What was deleted comes back as its deletion left it, for as long as it can be undone."""

import sqlite3
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.exceptions import NotAllowed
from accounts.models import AuditRecord, BuiltIn
from accounts.principals import SYSTEM, of_user
from registry import storage
from registry.content import artifacts, blobs, copies, deletions, labels, manifests, tags, usage
from registry.exceptions import ArtifactExists, ManifestUnknown, QuotaExceeded, UndeletionRefused
from registry.models import Artifact, ArtifactLabel, Blob, BlobState, Tag, TagMove
from registry.storage import paths
from tests.factories.accounts import add_member, make_user, member_of
from tests.factories.registry import image_of, index_of, make_repository, push_blob, push_image, put

pytestmark = pytest.mark.django_db


@pytest.fixture
def repository():
    return make_repository()


def artifact_of(repository, digest):
    return Artifact.objects.get(repository=repository, digest=digest, deleted_at=None)


def delete(repository, document, *, by=SYSTEM):
    """Delete it, and answer what there is of it to undelete."""
    artifact = artifact_of(repository, document.digest)
    artifacts.delete(artifact, by=by)
    artifact.refresh_from_db()
    return artifact


def standing(repository):
    return set(Artifact.objects.filter(repository=repository, deleted_at=None).values_list("digest", flat=True))


def tags_of(repository):
    return dict(Tag.objects.filter(repository=repository).values_list("name", "artifact__digest"))


def used(repository):
    return usage.get(repository.project_id).used


def signed(repository, subject, tag):
    said = {"mediaType": subject.media_type, "digest": subject.digest, "size": len(subject.body)}
    return put(repository, tag, image_of(repository, subject=said))


def test_an_artifact_comes_back_with_its_tags_its_labels_and_what_it_is_charged_for(repository):
    image = push_image(repository, "1.0")
    put(repository, "latest", image.body)
    label = labels.create("good", project=repository.project, by=SYSTEM)
    labels.attach(artifact_of(repository, image.digest), label.pk, by=SYSTEM)
    before = used(repository)
    gone = delete(repository, image)
    assert used(repository) < before
    undone = deletions.undelete(gone, by=SYSTEM)
    assert tags_of(repository) == {"1.0": image.digest, "latest": image.digest}
    assert [link.label for link in ArtifactLabel.objects.filter(artifact__deleted_at=None)] == [label]
    assert used(repository) == before
    assert undone.tags == ("1.0", "latest")
    assert artifact_of(repository, image.digest).pushed_at == gone.pushed_at


def test_only_tags_that_went_with_it_come_back(repository):
    image = push_image(repository, "1.0")
    put(repository, "old", image.body)
    tags.delete(repository, "old", by=SYSTEM)
    deletions.undelete(delete(repository, image), by=SYSTEM)
    assert tags_of(repository) == {"1.0": image.digest}


def test_a_tag_that_exists_anew_stays_where_it_points(repository):
    image = push_image(repository, "1.0")
    put(repository, "latest", image.body)
    gone = delete(repository, image)
    newer = push_image(repository, "latest")
    undone = deletions.undelete(gone, by=SYSTEM)
    assert tags_of(repository) == {"1.0": image.digest, "latest": newer.digest}
    assert undone.taken == ("latest",)


def test_it_is_written_down(repository):
    gone = delete(repository, push_image(repository, "1.0"))
    deletions.undelete(gone, by=SYSTEM)
    record = AuditRecord.objects.latest("pk")
    assert (record.operation, record.resource_type) == ("undelete", "artifact")
    assert record.resource == f"{repository.name}@{gone.digest}"
    last = TagMove.objects.latest("pk")
    assert (last.tag, last.from_digest, last.to_digest, last.by) == ("1.0", "", gone.digest, "system")


def test_its_accessories_come_back_with_it_and_not_those_that_went_before(repository):
    image = push_image(repository, "1.0")
    kept, dropped = signed(repository, image, "sig-1"), signed(repository, image, "sig-2")
    delete(repository, dropped)
    deletions.undelete(delete(repository, image), by=SYSTEM)
    assert standing(repository) == {image.digest, kept.digest}
    assert tags_of(repository) == {"1.0": image.digest, "sig-1": kept.digest}


def test_an_accessory_that_was_pushed_again_meanwhile_stays_as_it_stands(repository):
    image = push_image(repository, "1.0")
    signature = signed(repository, image, "sig")
    gone = delete(repository, image)
    put(repository, "sig-2", signature.body)
    assert deletions.undelete(gone, by=SYSTEM).others == 0
    assert standing(repository) == {image.digest, signature.digest}
    assert tags_of(repository) == {"1.0": image.digest, "sig-2": signature.digest}


def test_what_hangs_on_it_may_be_more_than_a_database_says_or_to(repository):
    image = push_image(repository, "1.0")
    many = {signed(repository, image, f"{number}").digest for number in range(60)}
    artifact = artifact_of(repository, image.digest)
    with short_conditions():
        copies.copy(artifact, make_repository(), by=SYSTEM)
        deletions.undelete(delete(repository, image), by=SYSTEM)
    assert standing(repository) == {image.digest, *many}


@contextmanager
def short_conditions():
    """SQLite takes conditions of a depth of a thousand; to come to that would take a minute."""
    if connection.vendor != "sqlite":
        yield
        return
    usual = connection.connection.setlimit(sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 50)
    try:
        yield
    finally:
        connection.connection.setlimit(sqlite3.SQLITE_LIMIT_EXPR_DEPTH, usual)


def test_an_index_comes_back_with_what_it_is_made_of(repository):
    child = push_image(repository, "child")
    index = put(repository, "multi", index_of(child))
    gone = delete(repository, index)
    delete(repository, child)
    deletions.undelete(gone, by=SYSTEM)
    assert standing(repository) == {child.digest, index.digest}
    assert {each.digest for each in artifacts.standing_in(repository)} == {child.digest, index.digest}
    assert tags_of(repository)["multi"] == index.digest


def test_one_of_a_repository_that_was_emptied_comes_back(repository):
    image = push_image(repository, "1.0")
    push_image(repository, "2.0")
    manifests.delete_all(repository, by=SYSTEM)
    gone = deletions.in_repository(repository).get(digest=image.digest)
    deletions.undelete(gone, by=SYSTEM)
    assert tags_of(repository) == {"1.0": image.digest}


def test_what_stands_again_is_not_undeleted(repository):
    image = push_image(repository, "1.0")
    gone = delete(repository, image)
    put(repository, "2.0", image.body)
    with pytest.raises(ArtifactExists, match="exists again"):
        deletions.undelete(gone, by=SYSTEM)
    assert tags_of(repository) == {"2.0": image.digest}


def test_what_was_undeleted_is_not_undeleted_again(repository):
    gone = delete(repository, push_image(repository, "1.0"))
    deletions.undelete(gone, by=SYSTEM)
    with pytest.raises(ArtifactExists):
        deletions.undelete(gone, by=SYSTEM)


def test_of_two_deletions_of_the_same_the_last_is_undone(repository):
    image = push_image(repository, "1.0")
    first = delete(repository, image)
    put(repository, "2.0", image.body)
    second = delete(repository, image)
    assert list(deletions.in_repository(repository)) == [second]
    with pytest.raises(ManifestUnknown):
        deletions.undelete(first, by=SYSTEM)
    deletions.undelete(second, by=SYSTEM)
    assert tags_of(repository) == {"2.0": image.digest}


def test_a_blob_that_is_gone_is_told(repository):
    layer = push_blob(repository)
    gone = delete(repository, push_image(repository, "1.0", layer))
    blobs.unlink(repository, layer.digest, by=SYSTEM)
    with pytest.raises(UndeletionRefused, match=layer.digest):
        deletions.undelete(gone, by=SYSTEM)
    assert standing(repository) == set()
    assert deletions.in_repository(repository).count() == 1


def test_a_blob_that_waits_for_its_removal_is_pardoned(repository):
    layer = push_blob(repository)
    gone = delete(repository, push_image(repository, "1.0", layer))
    Blob.objects.filter(pk=layer.pk).update(state=BlobState.CONDEMNED, condemned_at=timezone.now())
    deletions.undelete(gone, by=SYSTEM)
    layer.refresh_from_db()
    assert layer.state == BlobState.LIVE


def test_a_blob_that_is_being_removed_is_gone(repository):
    layer = push_blob(repository)
    gone = delete(repository, push_image(repository, "1.0", layer))
    Blob.objects.filter(pk=layer.pk).update(state=BlobState.DELETING)
    with pytest.raises(UndeletionRefused, match=layer.digest):
        deletions.undelete(gone, by=SYSTEM)


def test_the_manifest_itself_is_written_anew_where_storage_lost_it(repository):
    gone = delete(repository, push_image(repository, "1.0"))
    storage.driver().remove(paths.blob(gone.digest))
    deletions.undelete(gone, by=SYSTEM)
    assert storage.driver().size(paths.blob(gone.digest)) == gone.manifest.size


def test_the_quota_is_asked_again(repository):
    layer = push_blob(repository, b"x" * 5000)
    gone = delete(repository, push_image(repository, "1.0", layer))
    usage.set_limit(repository.project, 2000, by=SYSTEM)
    with pytest.raises(QuotaExceeded):
        deletions.undelete(gone, by=SYSTEM)
    assert standing(repository) == set()
    assert tags_of(repository) == {}


def test_after_its_time_it_is_in_no_list_and_stays_gone(repository):
    gone = delete(repository, push_image(repository, "1.0"))
    late = timezone.now() - deletions.GRACE - timedelta(seconds=1)
    Artifact.objects.filter(pk=gone.pk).update(deleted_at=late)
    assert not deletions.in_repository(repository).exists()
    with pytest.raises(ManifestUnknown, match="could be undeleted until"):
        deletions.undelete(gone, by=SYSTEM)


@pytest.mark.parametrize("role", [BuiltIn.GUEST, BuiltIn.LIMITED_GUEST])
def test_who_may_not_push_may_not_undelete(repository, role):
    gone = delete(repository, push_image(repository, "1.0"))
    with pytest.raises(NotAllowed):
        deletions.undelete(gone, by=member_of(repository.project, role))


def test_a_developer_may(repository):
    gone = delete(repository, push_image(repository, "1.0"))
    deletions.undelete(gone, by=member_of(repository.project, BuiltIn.DEVELOPER))
    assert standing(repository) == {gone.digest}


def test_a_role_for_some_tags_brings_back_no_others(repository):
    image = push_image(repository, "dev-1")
    put(repository, "v1", image.body)
    gone = delete(repository, image)
    user = make_user()
    add_member(repository.project, user, BuiltIn.DEVELOPER, tags="dev-*")
    with pytest.raises(NotAllowed):
        deletions.undelete(gone, by=of_user(user))
    assert standing(repository) == set()
