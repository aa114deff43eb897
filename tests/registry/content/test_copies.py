"""Copying an artifact: all that hangs together goes, and not a byte is written."""

import json

import pytest

from accounts.exceptions import NotAllowed
from accounts.models import AuditRecord, BuiltIn
from accounts.principals import SYSTEM, of_user
from registry.content import copies, digests, media_types, repositories
from registry.exceptions import ArtifactExists
from registry.models import Artifact, Blob, Tag
from tests.factories.accounts import add_member, make_project, make_user, member_of
from tests.factories.registry import image_of, index_of, make_repository, push_blob, push_image, put

pytestmark = pytest.mark.django_db


def artifact_of(repository, digest):
    return Artifact.objects.get(repository=repository, digest=digest, deleted_at=None)


def standing(repository):
    return set(Artifact.objects.filter(repository=repository, deleted_at=None).values_list("digest", flat=True))


def signed(repository, subject, **fields):
    """A referrer of the subject."""
    body = json.loads(image_of(repository))
    body |= {"subject": {"mediaType": subject.media_type, "digest": subject.digest, "size": len(subject.body)}}
    return put(repository, f"sig-{subject.digest[7:19]}", json.dumps(body | fields).encode())


def test_an_image_is_copied_with_its_tags_and_no_new_blob():
    source, target = make_repository(), make_repository()
    image = push_image(source, "1.0")
    put(source, "latest", image.body)
    before = Blob.objects.count()
    copied = copies.copy(artifact_of(source, image.digest), target, by=SYSTEM)
    assert (copied.repository, copied.digest) == (target, image.digest)
    assert set(Tag.objects.filter(repository=target).values_list("name", flat=True)) == {"1.0", "latest"}
    assert Blob.objects.count() == before
    assert standing(source) == {image.digest}


def test_an_index_is_copied_with_its_children_and_theirs():
    source, target = make_repository(), make_repository()
    amd, arm = push_image(source, "amd"), push_image(source, "arm")
    inner = put(source, "inner", index_of(amd, arm))
    outer = put(source, "outer", index_of(inner))
    copies.copy(artifact_of(source, outer.digest), target, by=SYSTEM)
    assert standing(target) == {amd.digest, arm.digest, inner.digest, outer.digest}
    assert list(Tag.objects.filter(repository=target).values_list("name", flat=True)) == ["outer"]


def test_accessories_come_along_by_subject_and_by_cosigns_tags():
    source, target = make_repository(), make_repository()
    image = push_image(source, "1.0")
    referrer = signed(source, image, artifactType="application/vnd.example.sbom")
    of_the_referrer = signed(source, referrer, artifactType="application/vnd.example.signature")
    cosign = put(source, f"{image.digest.replace(':', '-')}.sig", image_of(source))
    stranger = push_image(source, "other")
    copies.copy(artifact_of(source, image.digest), target, by=SYSTEM)
    expected = {image.digest, referrer.digest, of_the_referrer.digest, cosign.digest}
    assert standing(target) == expected
    assert stranger.digest not in standing(target)


def test_a_manifest_named_by_sha512_keeps_its_name():
    source, target = make_repository(), make_repository()
    body = image_of(source)
    digest = digests.of(body, "sha512")
    put(source, digest, body)
    copies.copy(artifact_of(source, digest), target, by=SYSTEM)
    assert standing(target) == {digest}


def test_what_is_there_already_is_not_copied_again():
    source, target = make_repository(), make_repository()
    image = push_image(source)
    artifact = artifact_of(source, image.digest)
    copies.copy(artifact, target, by=SYSTEM)
    with pytest.raises(ArtifactExists):
        copies.copy(artifact, target, by=SYSTEM)


def test_a_refused_copy_leaves_nothing():
    source, target = make_repository(), make_repository()
    child = push_image(source, "child")
    index = put(source, "index", index_of(child))
    guest = member_of(target.project, BuiltIn.GUEST)
    with pytest.raises(NotAllowed):
        copies.copy(artifact_of(source, index.digest), target, by=guest)
    assert standing(target) == set()
    assert not target.blob_links.exists()


def test_a_tag_that_may_not_be_made_there_stops_the_copy():
    project = make_project()
    source, target = make_repository(), make_repository(f"{project.name}/app", project)
    image = push_image(source, "release-1")
    user = make_user()
    add_member(project, user, BuiltIn.DEVELOPER, tags="!release-*")
    with pytest.raises(NotAllowed, match="release-1"):
        copies.copy(artifact_of(source, image.digest), target, by=of_user(user))
    assert standing(target) == set()


def test_nor_does_an_accessory_bring_a_tag_that_may_not_be_made_there():
    source, target = make_repository(), make_repository()
    released, image = push_image(target, "release-1"), push_image(source, "1.0")
    put(source, "release-1", signed(source, image).body)
    user = make_user()
    add_member(target.project, user, BuiltIn.DEVELOPER, tags="!release-*")
    with pytest.raises(NotAllowed, match="release-1"):
        copies.copy(artifact_of(source, image.digest), target, by=of_user(user))
    assert standing(target) == {released.digest}


def test_who_may_make_some_tags_alone_copies_what_cosign_has_signed():
    source, target = make_repository(), make_repository()
    image = push_image(source, "release-1")
    signature = put(source, f"{image.digest.replace(':', '-')}.sig", image_of(source))
    user = make_user()
    add_member(target.project, user, BuiltIn.DEVELOPER, tags="release-*")
    copies.copy(artifact_of(source, image.digest), target, by=of_user(user))
    assert standing(target) == {image.digest, signature.digest}


def test_a_copy_is_recorded():
    source, target = make_repository(), make_repository()
    image = push_image(source)
    copies.copy(artifact_of(source, image.digest), target, by=SYSTEM)
    record = AuditRecord.objects.filter(description__startswith="copied").get()
    assert record.project_id == target.project_id
    assert target.name in record.resource


def test_blobs_that_only_the_target_may_show_stay_where_they_are():
    source, target = make_repository(), make_repository()
    mine = push_blob(target, b"mine alone")
    image = push_image(source)
    copies.copy(artifact_of(source, image.digest), target, by=SYSTEM)
    assert not source.blob_links.filter(blob=mine).exists()
    assert repositories.get(target.name).artifacts.get().manifest.media_type == media_types.OCI_MANIFEST
