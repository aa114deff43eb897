"""What a project is charged for: each blob once, while an artifact that stands in it has it or a push brings it."""

import json
from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import configuration
from accounts.exceptions import Invalid, NotAllowed, NotAuthenticated
from accounts.models import Project
from accounts.principals import ANONYMOUS, SYSTEM
from registry import storage
from registry.content import artifacts, blobs, copies, digests, manifests, uploads, usage
from registry.exceptions import QuotaExceeded
from registry.models import Artifact, Blob, BlobLink, ProjectBlob, ProjectUsage, Upload
from registry.storage import paths
from tests.factories.accounts import make_principal, make_project, make_sysadmin
from tests.factories.registry import (
    begin_and_end,
    descriptor_of,
    image_of,
    index_of,
    make_repository,
    push_blob,
    push_image,
    put,
    send,
)

pytestmark = pytest.mark.django_db
MIB = 1 << 20


@pytest.fixture
def repository():
    return make_repository()


def used(project: Project) -> int:
    """What the row says; also that it is the sum of what is charged."""
    row = ProjectUsage.objects.filter(project=project).first()
    charged = [charge.blob.size for charge in ProjectBlob.objects.filter(project=project).select_related("blob")]
    assert (row.used if row else 0) == sum(charged)
    return row.used if row else 0


def standing(project: Project) -> int:
    """The truth: the unique bytes of the artifacts that stand in the project, read from their documents."""
    sizes: dict[str, int] = {}
    for artifact in Artifact.objects.filter(repository__project=project, deleted_at=None).select_related("manifest"):
        document = json.loads(bytes(artifact.manifest.payload))
        sizes[artifact.digest] = artifact.manifest.size
        for each in [*document.get("layers", []), *([document["config"]] if "config" in document else [])]:
            sizes[each["digest"]] = each["size"]
    return sum(sizes.values())


def limit(project: Project, hard: int) -> None:
    usage.set_limit(project, hard, by=SYSTEM)
    project.refresh_from_db()


def test_a_project_holds_its_blobs_and_manifests_each_once(repository):
    layer = push_blob(repository, b"x" * 1000)
    assert used(repository.project) == 1000
    push_image(repository, "a", layer)
    push_image(repository, "b", layer)
    other = make_repository(project=repository.project)
    push_blob(other, b"x" * 1000)
    push_image(other, "a", push_blob(other, b"x" * 1000))
    assert used(repository.project) == standing(repository.project)


def test_two_projects_are_both_charged_for_what_they_share(repository):
    elsewhere = make_repository()
    push_image(repository, "a", push_blob(repository, b"shared"))
    push_image(elsewhere, "a", push_blob(elsewhere, b"shared"))
    assert used(repository.project) == standing(repository.project) == used(elsewhere.project)


def test_a_manifest_that_is_put_again_costs_nothing_more(repository):
    body = push_image(repository, "a").body
    before = used(repository.project)
    put(repository, "a", body)
    put(repository, "b", body)
    assert used(repository.project) == before


def test_what_is_deleted_is_released_at_once_but_for_what_others_have(repository):
    shared, own = push_blob(repository, b"s" * 500), push_blob(repository, b"o" * 700)
    first = push_image(repository, "first", shared, own)
    elsewhere = make_repository(project=repository.project)
    blobs.link(elsewhere, shared)
    push_image(elsewhere, "second", shared)
    manifests.delete(repository, first.digest, by=SYSTEM)
    assert used(repository.project) == standing(repository.project) > 500
    assert not ProjectBlob.objects.filter(project=repository.project, blob=own).exists()


def test_what_was_released_is_charged_again_by_the_manifest_that_has_it(repository):
    document = push_image(repository, "a", push_blob(repository, b"x" * 1000))
    manifests.delete(repository, document.digest, by=SYSTEM)
    assert used(repository.project) == 0
    put(repository, "a", document.body)
    assert used(repository.project) == standing(repository.project) > 1000


def test_an_index_and_its_parts_are_released_with_the_last_of_them(repository):
    child = push_image(repository, "child")
    index = put(repository, "multi", index_of(child))
    assert used(repository.project) == standing(repository.project)
    manifests.delete(repository, index.digest, by=SYSTEM)
    manifests.delete(repository, child.digest, by=SYSTEM)
    assert used(repository.project) == 0


def test_an_artifact_takes_its_accessories_bytes_with_it(repository):
    image = push_image(repository, "a")
    subject = {"mediaType": image.media_type, "digest": image.digest, "size": len(image.body)}
    put(repository, "sig", image_of(repository, push_blob(repository), subject=subject))
    artifacts.delete(Artifact.objects.get(digest=image.digest), by=SYSTEM)
    assert used(repository.project) == 0


def test_an_emptied_repository_holds_nothing(repository):
    for tag in ("a", "b"):
        push_image(repository, tag)
    kept = push_image(make_repository(project=repository.project))
    manifests.delete_all(repository, by=SYSTEM)
    assert used(repository.project) == standing(repository.project) > len(kept.body)


def test_a_copy_is_charged_where_it_goes_and_only_for_what_is_new_there(repository):
    push_image(repository, "a", push_blob(repository, b"x" * 1000))
    target = make_repository()
    artifact = Artifact.objects.get(tags__name="a", repository=repository)
    copies.copy(artifact, target, by=SYSTEM)
    assert used(target.project) == used(repository.project)
    copies.copy(artifact, make_repository(project=target.project), by=SYSTEM)
    assert used(target.project) == used(repository.project)


def test_a_blob_that_is_unlinked_is_released_unless_the_project_shows_it_elsewhere(repository):
    blob = push_blob(repository, b"x" * 1000)
    other = make_repository(project=repository.project)
    blobs.link(other, blob)
    blobs.unlink(repository, blob.digest, by=SYSTEM)
    assert used(repository.project) == 1000
    blobs.unlink(other, blob.digest, by=SYSTEM)
    assert used(repository.project) == 0


def test_a_mount_is_charged(repository):
    blob = push_blob(repository, b"x" * 1000)
    target = make_repository()
    assert blobs.mount(target, blob.digest, repository.name, by=SYSTEM)
    assert used(target.project) == 1000


def test_a_blob_beyond_the_quota_is_refused_and_leaves_nothing(repository):
    limit(repository.project, 1000)
    push_blob(repository, b"a" * 600)
    with pytest.raises(QuotaExceeded) as refused:
        push_blob(repository, b"b" * 600)
    assert str(refused.value) == (
        "adding 600 B of storage resource, which when updated to current usage of 600 B"
        " will exceed the configured upper limit of 1000 B."
    )
    assert used(repository.project) == 600
    assert not Upload.objects.exists()
    assert BlobLink.objects.count() == Blob.objects.count() == 1
    assert storage.driver().children(paths.parent(paths.parent(paths.blob(digests.of(b"b" * 600))))) == []


def test_bytes_that_lay_there_before_stay_where_the_quota_refuses_them(repository):
    content = b"known to a stock registry"
    path = paths.blob(digests.of(content))
    storage.driver().put(path, content)
    limit(repository.project, 10)
    with pytest.raises(QuotaExceeded):
        push_blob(repository, content)
    assert storage.driver().read(path) == content


def test_the_last_byte_of_a_quota_may_be_used(repository):
    limit(repository.project, 1000)
    push_blob(repository, b"a" * 1000)
    assert used(repository.project) == 1000
    with pytest.raises(QuotaExceeded):
        push_blob(repository, b"b")


def test_a_manifest_counts_against_the_quota_too(repository):
    body = image_of(repository)
    limit(repository.project, used(repository.project) + len(body) - 1)
    with pytest.raises(QuotaExceeded):
        put(repository, "a", body)
    assert not Artifact.objects.exists()
    limit(repository.project, used(repository.project) + len(body))
    put(repository, "a", body)
    assert used(repository.project) == standing(repository.project)


def test_a_mount_and_a_copy_beyond_the_quota_are_refused(repository):
    blob = push_blob(repository, b"x" * 1000)
    push_image(repository, "a", blob)
    target = make_repository()
    limit(target.project, 999)
    with pytest.raises(QuotaExceeded):
        blobs.mount(target, blob.digest, repository.name, by=SYSTEM)
    with pytest.raises(QuotaExceeded):
        copies.copy(Artifact.objects.get(), target, by=SYSTEM)
    assert used(target.project) == 0
    assert not BlobLink.objects.filter(repository=target).exists()


def test_a_quota_below_what_is_held_refuses_only_what_is_new(repository):
    document = push_image(repository, "a", push_blob(repository, b"x" * 1000))
    limit(repository.project, 10)
    put(repository, "b", document.body)
    push_blob(repository, b"x" * 1000)
    with pytest.raises(QuotaExceeded):
        push_blob(repository, b"new")
    manifests.delete(repository, document.digest, by=SYSTEM)
    push_blob(repository, b"new")


def test_quotas_may_be_turned_off_for_all(repository):
    limit(repository.project, 10)
    configuration.set("quota_per_project_enable", False, by=SYSTEM)
    push_blob(repository, b"x" * 1000)
    assert used(repository.project) == 1000


def test_what_is_known_to_be_too_large_is_refused_before_it_comes(repository):
    limit(repository.project, 1000)
    push_blob(repository, b"a" * 600)
    upload = uploads.start(repository, by=SYSTEM)
    with pytest.raises(QuotaExceeded):
        uploads.require_room(upload, 401)
    assert not Upload.objects.exists()


def test_what_the_project_has_already_may_come_again(repository):
    limit(repository.project, 1000)
    blob = push_blob(repository, b"a" * 600)
    other = make_repository(project=repository.project)
    uploads.require_room(uploads.start(other, by=SYSTEM), 600, digest=blob.digest)
    uploads.require_room(uploads.start(other, by=SYSTEM), 600)
    push_blob(other, b"a" * 600)
    assert used(repository.project) == 600


def test_a_push_that_never_came_to_a_manifest_is_forgotten_after_a_while(repository):
    push_image(repository, "a")
    push_blob(repository, b"x" * 1000)
    usage.recount(repository.project_id, before=timezone.now() - timedelta(days=1))
    assert used(repository.project) == standing(repository.project) + 1000
    usage.recount(repository.project_id, before=timezone.now())
    assert used(repository.project) == standing(repository.project)


def test_a_recount_mends_what_is_wrong(repository):
    push_image(repository, "a")
    ProjectUsage.objects.update(used=7)
    ProjectBlob.objects.filter(pk=ProjectBlob.objects.latest("pk").pk).delete()
    usage.recount(repository.project_id, before=timezone.now() - timedelta(days=1))
    assert used(repository.project) == standing(repository.project)


def test_a_push_asks_little_of_the_database_for_its_quota(repository):
    layer = push_blob(repository)
    upload = send_new(repository, b"counted")
    with CaptureQueriesContext(connection) as asked:
        uploads.finish(begin_and_end(upload), digests.of(b"counted"))
    assert len(asking_about_usage(asked)) <= 3
    body = image_of(repository, layer)
    with CaptureQueriesContext(connection) as asked:
        put(repository, "a", body)
    assert len(asking_about_usage(asked)) <= 3


def send_new(repository, content):
    return send(uploads.start(repository, by=SYSTEM), content)


def asking_about_usage(asked):
    return [each["sql"] for each in asked if "registry_project" in each["sql"]]


def test_who_may_not_change_quotas_gets_the_usual_one_for_a_new_project():
    configuration.set("storage_per_project", 5 * MIB, by=SYSTEM)
    mine, theirs = make_project(), make_project()
    usage.open(mine, 7 * MIB, by=make_sysadmin())
    usage.open(theirs, 7 * MIB, by=make_principal())
    assert (usage.get(mine.pk).hard, usage.get(theirs.pk).hard) == (7 * MIB, 5 * MIB)
    push_blob(make_repository(project=(lazy := make_project())))
    assert usage.get(lazy.pk).hard == 5 * MIB


@pytest.mark.parametrize("hard", [0, -2, 1 << 60])
def test_a_quota_is_none_or_some_bytes(hard):
    with pytest.raises(Invalid):
        usage.set_limit(make_project(), hard, by=SYSTEM)


def test_only_a_system_admin_changes_a_quota():
    with pytest.raises(NotAllowed):
        usage.set_limit(make_project(), 5, by=make_principal())
    with pytest.raises(NotAuthenticated):
        usage.set_limit(make_project(), 5, by=ANONYMOUS)


def test_a_referred_blob_that_stands_elsewhere_costs_nothing(repository):
    config = push_blob(repository, b"{}")
    foreign = descriptor_of(config, "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip")
    absent = foreign | {"digest": digests.of(b"not here"), "size": 10**9, "urls": ["https://example.org/layer"]}
    body = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
        "config": descriptor_of(config, "application/vnd.docker.container.image.v1+json"),
        "layers": [absent],
    }
    put(repository, "windows", json.dumps(body).encode())
    assert used(repository.project) < 10**6


def test_what_an_installation_holds_already_is_charged_when_it_is_brought_up_to_date(repository):
    push_image(repository, "a")
    gone = push_image(repository, "b", push_blob(repository, b"x" * 1000))
    manifests.delete(repository, gone.digest, by=SYSTEM)
    BlobLink.objects.update(created_at=timezone.now() - timedelta(days=30))
    push_blob(repository, b"running" * 100)
    empty = make_project()
    ProjectBlob.objects.all().delete()
    ProjectUsage.objects.all().delete()
    migration = import_module("registry.migrations.0011_charge_for_what_is_there")
    for _ in range(2):
        migration.charge(apps, SimpleNamespace(connection=connection))
    assert used(repository.project) == standing(repository.project) + 700
    assert (used(empty), usage.get(empty.pk).hard) == (0, -1)


def test_what_a_deletion_would_free_is_what_it_then_frees():
    repository = make_repository()
    shared, own = push_blob(repository, b"s" * 3000), push_blob(repository, b"o" * 2000)
    push_image(repository, "kept", shared)
    gone = push_image(repository, "gone", shared, own)
    artifact = Artifact.objects.get(repository=repository, digest=gone.digest)
    foretold = usage.freed_by(repository.project_id, [artifact.pk])
    before = usage.get(repository.project_id).used
    artifacts.delete(artifact, by=SYSTEM)
    assert foretold == before - usage.get(repository.project_id).used
    assert own.size <= foretold < own.size + shared.size
