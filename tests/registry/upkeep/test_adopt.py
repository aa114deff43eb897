"""Adopting: what is taken, what is left and why, and that it can be killed at any time."""

import json
import os
import signal
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditRecord, Project, User
from accounts.principals import SYSTEM
from registry import storage
from registry.content import digests, manifests, media_types
from registry.models import Artifact, Blob, BlobLink, Manifest, Repository, Tag, TagMove, Upload
from registry.storage import paths
from registry.upkeep import adopt, links
from registry.upkeep.progress import Left
from tests.factories.registry import image_of, index_of, make_repository, push_blob, push_image, put
from tests.registry.jobs.workers import ROOT, database_url, until
from tests.registry.upkeep.wire import bytes_of, served

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _admin(admin: User) -> None:
    pass


def forget() -> None:
    """The rows are gone; what lies in storage is as a stock registry would have left it."""
    for repository in Repository.objects.all():
        links.mend(repository)
    for model in (Tag, TagMove, Artifact, Manifest, Upload, BlobLink, Repository, Project, Blob):
        model.objects.all().delete()


def take(default_project: str = "") -> list[str]:
    """What was not taken in."""
    return [str(event) for event in adopt.everything(default_project) if isinstance(event, Left)]


def write(path: str, content: bytes) -> None:
    storage.driver().put(path, content)


def rename(name: str, new: str) -> None:
    driver = storage.driver()
    for entry in list(driver.walk(paths.repository(name))):
        driver.move(entry.path, entry.path.replace(paths.repository(name), paths.repository(new), 1))


def rows() -> dict[str, set[tuple[object, ...]]]:
    """All that adoption writes, without the keys and times of rows."""
    return {
        "blobs": set(Blob.objects.values_list("digest", "size", "state")),
        "links": set(BlobLink.objects.values_list("repository__name", "blob__digest")),
        "artifacts": set(Artifact.objects.values_list("repository__name", "digest", "manifest__media_type")),
        "tags": set(Tag.objects.values_list("repository__name", "name", "artifact__digest")),
        "moves": set(TagMove.objects.values_list("repository__name", "tag", "from_digest", "to_digest", "by")),
        "audit": set(AuditRecord.objects.values_list("operation", "resource_type", "resource")),
    }


def test_everything_stands_again_with_its_history_beginning_at_the_link():
    repository = make_repository("library/app")
    child = push_image(repository, "child")
    put(repository, "latest", index_of(child))
    put(repository, "nested", index_of(put(repository, "inner", index_of(child, annotations={"a": "b"}))))
    tags = set(Tag.objects.values_list("name", "artifact__digest"))
    forget()
    assert take() == []
    assert set(Tag.objects.values_list("name", "artifact__digest")) == tags
    move = TagMove.objects.get(tag="child")
    assert (move.from_digest, move.to_digest, move.by) == ("", child.digest, "admin")
    written = next(storage.driver().walk(paths.tag_folder("library/app", "child") + "/current")).modified_at
    assert move.at == Tag.objects.get(name="child").moved_at == written


def test_a_missing_project_is_made_private_and_the_admins(admin):
    push_image(make_repository("team/app"))
    forget()
    take()
    project = Project.objects.get()
    assert (project.name, project.is_public, project.owner) == ("team", False, admin)
    assert AuditRecord.objects.filter(
        operation="create", resource_type="repository", resource="team/app", principal="admin"
    ).exists()


def test_a_second_run_does_nothing():
    push_image(make_repository("library/app"))
    forget()
    take()
    before = rows()
    assert take() == []
    assert rows() == before


def test_a_name_of_one_part_is_named_and_left_or_put_into_the_default_project():
    push_image(make_repository("library/app"), "1")
    forget()
    rename("library/app", "lone")
    assert take() == ["lone: its name has one part, and so no project; --default-project library puts it there"]
    assert not Repository.objects.exists()
    assert take("library") == []
    assert served("library/lone", "1") is not None
    digest = Artifact.objects.get().digest.encode()
    assert storage.driver().read(paths.tag_link("library/lone", "1")) == digest
    assert storage.driver().read(paths.tag_link("lone", "1")) == digest


@pytest.mark.parametrize("name", ["double__part/app", "Upper/app"])
def test_a_name_that_cannot_be_is_named_and_left(name):
    push_image(make_repository("library/app"))
    forget()
    rename("library/app", name)
    assert [each.partition(": ")[0] for each in take()] == [name]
    assert not Repository.objects.exists()


def test_a_schema_1_manifest_and_its_tag_are_named_and_left():
    push_image(make_repository("library/app"), "good")
    forget()
    body = json.dumps({"schemaVersion": 1, "name": "library/app", "fsLayers": []}).encode()
    digest = digests.of(body)
    write(paths.blob(digest), body)
    write(paths.revision_link("library/app", digest), digest.encode())
    write(paths.tag_link("library/app", "old"), digest.encode())
    assert take() == [
        f"library/app: manifest {digest}: schema 1 manifests are no longer taken; push with a newer client",
        f"library/app: tag old: it points at {digest}, which was not taken",
    ]
    assert served("library/app", "good") is not None
    assert served("library/app", "old") is None


def test_an_image_with_a_missing_blob_is_named_and_left_and_so_is_its_index():
    repository = make_repository("library/app")
    layer = push_blob(repository)
    broken, whole = push_image(repository, "broken", layer), push_image(repository, "whole")
    index = put(repository, "index", index_of(broken, whole))
    forget()
    storage.driver().remove(paths.blob(layer.digest))
    left = take()
    assert f"library/app: manifest {broken.digest}: what it refers to is not there: {layer.digest}" in left
    assert f"library/app: manifest {index.digest}: what it refers to is not there: {broken.digest}" in left
    assert "library/app: layer links: the blobs of 1 are not in storage, as after a clean-up by others" in left
    assert list(Tag.objects.values_list("name", flat=True)) == ["whole"]


def test_a_manifest_whose_bytes_have_another_digest_is_named_and_left():
    document = push_image(make_repository("library/app"))
    forget()
    write(paths.blob(document.digest), document.body.replace(b"layers", b"LAYERS"))
    left = take()
    assert "its bytes are damaged" in left[0]
    assert not Artifact.objects.exists()


def test_a_layer_of_another_length_than_the_manifest_says_is_named():
    repository = make_repository("library/app")
    layer = push_blob(repository, b"whole")
    push_image(repository, "1", layer)
    forget()
    write(paths.blob(layer.digest), b"cut")
    assert "has 3 bytes, the manifest says 5" in take()[0]


def test_a_layer_without_a_link_is_linked():
    repository = make_repository("library/app")
    layer = push_blob(repository)
    push_image(repository, "1", layer)
    forget()
    storage.driver().remove(paths.layer_link("library/app", layer.digest))
    output = StringIO()
    call_command("adopt", stdout=output)
    assert "missing layer links 1" in output.getvalue()
    assert bytes_of("library/app", layer.digest)


def test_a_manifest_that_names_no_media_type_is_read_as_a_stock_registry_reads_it():
    repository = make_repository("library/app")
    child = push_image(repository, "image")
    index = json.loads(index_of(child)) | {"mediaType": None}
    image = json.loads(child.body) | {"mediaType": None}
    forget()
    for tag, fields in (("bare-index", index), ("bare-image", image)):
        body = json.dumps({key: value for key, value in fields.items() if value is not None}).encode()
        write(paths.blob(digests.of(body)), body)
        write(paths.revision_link("library/app", digests.of(body)), digests.of(body).encode())
        write(paths.tag_link("library/app", tag), digests.of(body).encode())
    assert take() == []
    found = {tag: served("library/app", tag) for tag in ("bare-index", "bare-image")}
    assert {tag: each and each.media_type for tag, each in found.items()} == {
        "bare-index": media_types.OCI_INDEX,
        "bare-image": media_types.OCI_MANIFEST,
    }


def test_what_was_deleted_here_does_not_come_back_by_a_link_that_stayed():
    repository = make_repository("library/app")
    document = push_image(repository, "1")
    links.mend(repository)
    manifests.delete(repository, document.digest, by=SYSTEM)
    links_of = {paths.tag_link("library/app", "1"), paths.revision_link("library/app", document.digest)}
    for path in links_of:
        write(path, document.digest.encode())
    assert take() == [f"library/app: tag 1: it points at {document.digest}, which was not taken"]
    assert not Tag.objects.exists()
    assert not Artifact.objects.filter(deleted_at=None).exists()


def test_a_tag_that_was_moved_here_stays_where_it_is():
    repository = make_repository("library/app")
    first = push_image(repository, "1")
    links.mend(repository)
    second = push_image(repository, "1")
    assert take() == [f"library/app: tag 1: the database has it at {second.digest}, and that counts"]
    found = served("library/app", "1")
    assert found is not None
    assert found.digest == second.digest != first.digest


def test_nobody_owns_what_is_adopted_before_the_first_start():
    User.objects.all().delete()
    with pytest.raises(CommandError, match="start the registry once"):
        call_command("adopt")


def test_wherever_it_is_broken_off_another_run_makes_it_whole():
    app = make_repository("library/app")
    put(app, "index", index_of(*(push_image(app, f"{number}") for number in range(3))))
    push_image(make_repository("team/app"))
    forget()
    steps = sum(1 for _ in adopt.everything())
    whole = rows()
    for broken_off_after in range(0, steps, 3):
        for model in (Tag, TagMove, Artifact, Manifest, BlobLink, Repository, Project, Blob, AuditRecord):
            model.objects.all().delete()
        events = adopt.everything()
        for _ in range(broken_off_after):
            next(events)
        del events
        assert take() == []
        assert {**rows(), "audit": set()} == {**whole, "audit": set()}


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_it_goes_on(folder: Path):
    repository = make_repository("library/app")
    layer = push_blob(repository)
    for number in range(40):
        put(repository, f"{number}", image_of(repository, layer, annotations={"number": str(number)}))
    expected = rows()
    forget()
    environ = {"DATABASE_URL": database_url(), "STORAGE_URL": f"file://{folder}"}
    command = [sys.executable, "manage.py", "adopt"]
    running = subprocess.Popen(command, env={**os.environ, **environ}, cwd=ROOT)
    until(lambda: Artifact.objects.count() >= 5 or running.poll() is not None)
    running.send_signal(signal.SIGKILL)
    assert running.wait() == -signal.SIGKILL
    assert 5 <= Artifact.objects.count() < 40
    assert take() == []
    for what in ("blobs", "links", "artifacts", "tags"):
        assert rows()[what] == expected[what]
    assert TagMove.objects.count() == 40
