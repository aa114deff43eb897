"""Manifests, tags, mounts, referrers: what stands in a repository and what may be done to it."""

import json
from dataclasses import replace

import pytest

from accounts.models import AuditRecord, BuiltIn
from accounts.principals import SYSTEM
from accounts.tokens import grants, scopes
from accounts.tokens.jwt import Bearer
from registry import storage
from registry.content import blobs, digests, hot, manifests, media_types, referrers, repositories, tags
from registry.content.hot import HotBlob, HotManifest
from registry.exceptions import (
    BlobInUse,
    BlobUnknown,
    DigestMismatch,
    ManifestBlobUnknown,
    ManifestInUse,
    ManifestInvalid,
    ManifestUnknown,
    RepositoryUnknown,
)
from registry.models import Artifact, Blob, BlobState, Manifest, ManifestBlob, Tag, TagMove
from registry.storage import paths
from tests.factories.accounts import make_principal, make_project, member_of
from tests.factories.registry import (
    descriptor_of,
    image_of,
    index_of,
    make_repository,
    push_blob,
    push_image,
    put,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def repository():
    return make_repository()


def read(repository, reference):
    row = hot.ask(hot.manifest(repository.name, reference, None))
    return HotManifest.of(row) if row else None


def test_a_manifest_is_read_by_tag_and_by_digest_byte_for_byte(repository):
    body = image_of(repository).replace(b'"layers"', b' "layers"')
    document = put(repository, "latest", body)
    for reference in ("latest", document.digest):
        found = read(repository, reference)
        assert (found.digest, found.payload, found.media_type) == (document.digest, body, media_types.OCI_MANIFEST)
    assert storage.driver().read(paths.blob(document.digest)) == body


@pytest.mark.django_db(transaction=True)
def test_the_link_files_are_those_of_a_stock_registry(repository):
    document = push_image(repository, "1.0")
    for link in (
        paths.revision_link(repository.name, document.digest),
        paths.tag_link(repository.name, "1.0"),
        paths.tag_index_link(repository.name, "1.0", document.digest),
    ):
        assert storage.driver().read(link) == document.digest.encode()
    assert storage.driver().children(f"{paths.repository(repository.name)}/_uploads") == []


def test_a_missing_blob_is_refused_and_leaves_nothing(repository):
    lonely = push_blob(make_repository(), b"of another repository")
    with pytest.raises(ManifestBlobUnknown) as refused:
        push_image(repository, "latest", lonely)
    assert refused.value.digests == (lonely.digest,)
    assert not Artifact.objects.exists()
    assert not Tag.objects.exists()
    assert not Manifest.objects.exists()


@pytest.mark.parametrize("state", [BlobState.CONDEMNED, BlobState.DELETING])
def test_a_manifest_refers_to_live_blobs_only(repository, state):
    layer = push_blob(repository)
    body = image_of(repository, layer)
    Blob.objects.filter(pk=layer.pk).update(state=state)
    with pytest.raises(ManifestBlobUnknown):
        put(repository, "latest", body)


def test_a_size_that_is_not_the_blobs_is_refused(repository):
    layer = push_blob(repository)
    with pytest.raises(ManifestInvalid, match="bytes"):
        push_image(repository, "latest", layers=[descriptor_of(layer, size=layer.size + 1)])


def test_foreign_layers_need_not_be_here(repository):
    foreign = {
        "mediaType": "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
        "digest": digests.of(b"elsewhere"),
        "size": 9,
        "urls": ["https://example.org/layer"],
    }
    document = push_image(repository, "windows", layers=[foreign])
    assert ManifestBlob.objects.filter(manifest__digest=document.digest).count() == 1


def test_a_digest_that_is_not_the_manifests_is_refused(repository):
    with pytest.raises(DigestMismatch):
        put(repository, digests.of(b"other"), image_of(repository))


def test_a_manifest_under_sha512(repository):
    body = image_of(repository)
    document = put(repository, digests.of(body, "sha512"), body)
    assert read(repository, document.digest).payload == body


def test_a_manifest_by_digest_takes_tags_along(repository):
    body = image_of(repository)
    put(repository, digests.of(body), body, also=["1", "1.0"])
    assert list(tags.named(repository.pk)) == ["1", "1.0"]


def test_putting_again_changes_nothing(repository):
    body = image_of(repository)
    put(repository, "latest", body)
    put(repository, "latest", body)
    assert (Artifact.objects.count(), Manifest.objects.count(), TagMove.objects.count()) == (1, 1, 1)


def test_a_manifest_in_two_repositories_is_one_document(repository):
    other = make_repository()
    layer = push_blob(repository, b"layer")
    push_blob(other, b"layer")
    body = image_of(repository, layer)
    image_of(other, layer)
    put(repository, "a", body)
    put(other, "b", body)
    assert (Artifact.objects.count(), Manifest.objects.count()) == (2, 1)


def test_an_index_refers_to_what_stands_here(repository):
    child = push_image(make_repository())
    with pytest.raises(ManifestBlobUnknown):
        put(repository, "multi", index_of(child))
    mine = push_image(repository, "child")
    inner = put(repository, "inner", index_of(mine))
    assert put(repository, "outer", index_of(inner)).children[0].digest == inner.digest


def test_a_tags_moves_are_kept(repository):
    first, second = push_image(repository, "latest"), push_image(repository, "latest")
    tags.delete(repository, "latest", by=SYSTEM)
    moves = TagMove.objects.order_by("pk").values_list("from_digest", "to_digest")
    assert list(moves) == [("", first.digest), (first.digest, second.digest), (second.digest, "")]
    assert read(repository, "latest") is None
    assert read(repository, first.digest)
    with pytest.raises(ManifestUnknown):
        tags.delete(repository, "latest", by=SYSTEM)


def test_deleting_an_artifact_takes_its_tags_and_can_be_pushed_again(repository):
    body = image_of(repository)
    document = put(repository, "a", body, also=["b"])
    manifests.delete(repository, document.digest, by=SYSTEM)
    assert list(tags.named(repository.pk)) == []
    assert read(repository, document.digest) is None
    assert Artifact.objects.get().deleted_by == "system"
    with pytest.raises(ManifestUnknown):
        manifests.delete(repository, document.digest, by=SYSTEM)
    put(repository, "a", body)
    assert read(repository, "a")


def test_a_child_of_an_index_is_not_deleted_under_it(repository):
    child = push_image(repository, "child")
    parent = put(repository, "multi", index_of(child))
    with pytest.raises(ManifestInUse, match=parent.digest):
        manifests.delete(repository, child.digest, by=SYSTEM)
    manifests.delete(repository, parent.digest, by=SYSTEM)
    manifests.delete(repository, child.digest, by=SYSTEM)


def test_a_blob_in_use_is_not_unlinked(repository):
    layer = push_blob(repository)
    document = push_image(repository, "latest", layer)
    with pytest.raises(BlobInUse, match=document.digest):
        blobs.unlink(repository, layer.digest, by=SYSTEM)
    manifests.delete(repository, document.digest, by=SYSTEM)
    blobs.unlink(repository, layer.digest, by=SYSTEM)
    with pytest.raises(BlobUnknown):
        blobs.readable(repository, layer.digest)
    with pytest.raises(BlobUnknown):
        blobs.unlink(repository, layer.digest, by=SYSTEM)


def test_a_mount_takes_the_right_to_read_the_source():
    source, target = make_repository(), make_repository()
    layer = push_blob(source)
    stranger = member_of(target.project, BuiltIn.DEVELOPER)
    for named in (source.name, None, target.name, "no/such"):
        assert not blobs.mount(target, layer.digest, named, by=stranger)
    with pytest.raises(BlobUnknown):
        blobs.readable(target, layer.digest)


@pytest.mark.parametrize("is_named", [True, False])
def test_a_mount_shows_a_blob_without_sending_it(is_named):
    source = make_repository()
    member = member_of(source.project, BuiltIn.DEVELOPER)
    target = make_repository(project=source.project)
    layer = push_blob(source)
    assert blobs.mount(target, layer.digest, source.name if is_named else None, by=member)
    assert blobs.readable(target, layer.digest) == layer


@pytest.mark.parametrize("is_public", [True, False])
@pytest.mark.parametrize("is_named", [True, False])
def test_a_token_that_does_not_carry_the_source_mounts_only_what_anybody_may_read(is_public, is_named):
    source = make_repository(project=make_project(is_public=is_public))
    member = member_of(source.project, BuiltIn.DEVELOPER)
    target = make_repository(project=source.project)
    layer = push_blob(source)
    scope = scopes.parse([f"repository:{target.name}:pull,push"])
    narrowed = replace(member, access=grants.grant(scope, to=member))
    assert blobs.mount(target, layer.digest, source.name if is_named else None, by=narrowed) is is_public


def test_a_blob_is_read_only_where_it_is_linked(repository):
    blob = push_blob(repository)
    row = hot.ask(hot.blob(repository.name, blob.digest, None))
    assert row
    assert HotBlob.of(row).size == blob.size
    assert hot.ask(hot.blob(make_repository().name, blob.digest, None)) is None


def test_what_a_tokens_rights_depend_on_is_told_with_the_manifest(repository):
    push_image(repository)
    principal = make_principal()
    row = hot.ask(hot.manifest(repository.name, "latest", Bearer("user", principal.id)))
    assert row
    rights = HotManifest.of(row).rights
    assert (rights.project_id, rights.project_version) == (repository.project_id, 1)
    assert rights.version == principal.authorization_version


def test_tags_come_in_byte_order(repository):
    body = image_of(repository)
    put(repository, digests.of(body), body, also=["b", "B", "a", "_", "1.10", "1.9", "1-1"])
    assert list(tags.named(repository.pk)) == sorted(["b", "B", "a", "_", "1.10", "1.9", "1-1"])
    assert list(tags.named(repository.pk, after="B")) == ["_", "a", "b"]


def test_the_catalog_holds_what_one_may_see():
    public, mine = make_repository(project=make_project(is_public=True)), make_repository()
    hidden = make_repository()
    make_repository(project=mine.project)  # holds nothing
    member = member_of(mine.project, BuiltIn.GUEST)
    for each in (public, mine, hidden):
        push_image(each)
    assert {each.name for each in repositories.listed(member)} == {public.name, mine.name}
    assert {each.name for each in repositories.listed(SYSTEM)} == {public.name, mine.name, hidden.name}
    with pytest.raises(RepositoryUnknown):
        repositories.get("no/such")


def test_referrers_are_listed_also_before_their_subject_exists(repository):
    body = image_of(repository)
    subject = {"mediaType": media_types.OCI_MANIFEST, "digest": digests.of(body), "size": len(body)}
    signature = push_image(repository, "s", subject=subject, artifactType="application/x.signature")
    sbom = push_image(repository, "b", subject=subject, artifactType="application/x.sbom", annotations={"a": "b"})
    put(repository, "latest", body)
    page = referrers.page(repository, digests.of(body))
    assert [each["digest"] for each in page.descriptors] == sorted([signature.digest, sbom.digest])
    only = referrers.page(repository, digests.of(body), artifact_type="application/x.sbom").descriptors
    assert only == (
        {
            "mediaType": media_types.OCI_MANIFEST,
            "digest": sbom.digest,
            "size": len(sbom.body),
            "artifactType": "application/x.sbom",
            "annotations": {"a": "b"},
        },
    )
    assert referrers.page(make_repository(), digests.of(body)).descriptors == ()


def test_referrers_that_an_older_client_listed_under_a_tag_are_told_too(repository):
    subject = digests.of(b"subject")
    old = push_image(repository, "old")
    put(repository, subject.replace(":", "-"), index_of(old))
    assert [each["digest"] for each in referrers.page(repository, subject).descriptors] == [old.digest]


def test_referrers_go_by_pages(repository, monkeypatch):
    monkeypatch.setattr(referrers, "MOST", 2)
    wanted = digests.of(b"subject")
    subject = {"mediaType": media_types.OCI_MANIFEST, "digest": wanted, "size": 7}
    pushed = sorted(push_image(repository, f"t{number}", subject=subject).digest for number in range(5))
    seen, after = [], ""
    while True:
        page = referrers.page(repository, wanted, after=after)
        seen += [each["digest"] for each in page.descriptors]
        if not (after := page.next_after):
            break
    assert seen == pushed


def test_subjects_in_a_circle_end(repository):
    body = image_of(repository)
    first = put(repository, "a", body)
    itself = {"mediaType": media_types.OCI_MANIFEST, "digest": first.digest, "size": len(body)}
    second = push_image(repository, "b", subject=itself)
    assert [each["digest"] for each in referrers.page(repository, first.digest).descriptors] == [second.digest]
    manifests.delete(repository, first.digest, by=SYSTEM)
    assert referrers.page(repository, first.digest).descriptors


def test_the_same_bytes_under_two_types_are_two_documents(repository):
    body = json.dumps(
        {key: value for key, value in json.loads(image_of(repository)).items() if key != "mediaType"}
    ).encode()
    manifests.put(repository, "a", body, media_types.OCI_MANIFEST, by=SYSTEM)
    other = make_repository(project=repository.project)
    for blob in Blob.objects.exclude(links=None):
        blobs.link(other, blob)
    manifests.put(other, "b", body, media_types.DOCKER_MANIFEST, by=SYSTEM)
    assert read(repository, "a").media_type == media_types.OCI_MANIFEST
    assert read(other, "b").media_type == media_types.DOCKER_MANIFEST


def test_what_is_deleted_is_recorded_each_by_its_name(repository):
    layer = push_blob(repository)
    image = push_image(repository, "latest")
    tags.delete(repository, "latest", by=SYSTEM)
    manifests.delete(repository, image.digest, by=SYSTEM)
    blobs.unlink(repository, layer.digest, by=SYSTEM)
    told = AuditRecord.objects.filter(operation="delete").order_by("pk").values_list("resource_type", "resource")
    assert [*told] == [
        ("tag", f"{repository.name}:latest"),
        ("artifact", f"{repository.name}@{image.digest}"),
        ("blob", f"{repository.name}@{layer.digest}"),
    ]
