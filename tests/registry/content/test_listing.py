"""Which artifacts lists show, and what is counted of them: kept with every change, and mended where it was lost."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import connection

from accounts.principals import SYSTEM
from registry.content import artifacts, blobs, listing, manifests, tags
from registry.exceptions import ManifestBlobUnknown, ManifestInUse, ManifestUnknown
from registry.models import Artifact, Repository, Tag
from registry.upkeep import findings, fsck
from registry.upkeep.findings import Finding
from tests.factories.registry import image_of, index_of, make_repository, push_image, put

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def repository():
    return make_repository()


def shown(repository):
    """What lists show, as it must be whatever happened: counters, flags and rows say the same."""
    rows = Artifact.objects.filter(repository=repository, deleted_at=None)
    for row in rows:
        assert row.is_tagged == Tag.objects.filter(artifact=row).exists()
    listed = {row.digest for row in rows if row.is_listed}
    tagged = {row.digest for row in rows if row.is_listed and row.is_tagged}
    counted = Repository.objects.get(pk=repository.pk)
    assert (counted.artifact_count, counted.tagged_count) == (len(listed), len(tagged))
    return listed


def at_once(*works):
    """All of them at the same time; what they refuse is no matter here, that they end is."""

    def attempt(work):
        try:
            for _ in range(5):
                with suppress(ManifestInUse, ManifestUnknown, ManifestBlobUnknown):
                    work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as threads:
        for attempted in [threads.submit(attempt, work) for work in works]:
            attempted.result(60)


def test_a_part_is_shown_while_it_has_a_tag_or_no_index(repository):
    child = push_image(repository, "child")
    index = put(repository, "index", index_of(child))
    assert shown(repository) == {child.digest, index.digest}
    tags.delete(repository, "child", by=SYSTEM)
    assert shown(repository) == {index.digest}
    tags.create(Artifact.objects.get(digest=child.digest), "again", by=SYSTEM)
    assert shown(repository) == {child.digest, index.digest}
    push_image(repository, "again")
    manifests.delete(repository, index.digest, by=SYSTEM)
    assert child.digest in shown(repository)


def test_an_index_of_another_repository_hides_nothing_here(repository):
    other = make_repository()
    child = push_image(repository, "1")
    put(other, "1", image_of(other))
    body = child.body
    for digest in (*json.loads(body)["layers"], json.loads(body)["config"]):
        blobs.mount(other, digest["digest"], repository.name, by=SYSTEM)
    put(other, child.digest, body)
    put(other, "index", index_of(child))
    tags.delete(repository, "1", by=SYSTEM)
    assert shown(repository) == {child.digest}
    assert child.digest not in shown(other)


def test_changes_at_once_leave_lists_as_they_should_be(repository):
    """A tag that goes back and forth, an index that comes and goes over what it points at, and deletions."""
    first, second = image_of(repository), image_of(repository)
    one, two = put(repository, "one", first), put(repository, "two", second)
    index = index_of(one, two)
    at_once(
        lambda: put(repository, "latest", first),
        lambda: put(repository, "latest", second),
        lambda: put(repository, "latest", index),
        lambda: manifests.delete(repository, two.digest, by=SYSTEM),
        lambda: put(repository, two.digest, second),
        lambda: tags.delete(repository, "latest", by=SYSTEM),
    )
    shown(repository)


def test_emptying_a_repository_while_it_is_pushed_to_leaves_counters_right(repository):
    body = image_of(repository)
    put(repository, "1", body)
    at_once(lambda: put(repository, "1", body), lambda: manifests.delete_all(repository, by=SYSTEM))
    shown(repository)


def test_an_artifact_goes_with_all_that_hangs_on_it(repository):
    image = push_image(repository, "1.0")
    said = {"mediaType": image.media_type, "digest": image.digest, "size": len(image.body)}
    part = put(repository, "part", image_of(repository, subject=said))
    put(repository, "list", index_of(part, subject=said))
    signature = put(repository, f"{image.digest.replace(':', '-')}.sig", image_of(repository))
    put(repository, f"{signature.digest.replace(':', '-')}.att", image_of(repository))
    kept = push_image(repository, "kept")
    artifacts.delete(Artifact.objects.get(digest=image.digest), by=SYSTEM)
    assert shown(repository) == {kept.digest}
    assert Artifact.objects.filter(repository=repository, deleted_at=None).count() == 1


def test_a_name_such_as_cosign_gives_hides_nothing_that_has_another(repository):
    release = push_image(repository, "release-1")
    put(repository, f"sha256-{'0' * 64}.sig", release.body)
    assert shown(repository) == {release.digest}


def test_an_accessory_that_is_a_part_of_something_else_stays(repository):
    image = push_image(repository, "1.0")
    said = {"mediaType": image.media_type, "digest": image.digest, "size": len(image.body)}
    accessory = put(repository, "sbom", image_of(repository, subject=said))
    index = put(repository, "all", index_of(accessory))
    artifacts.delete(Artifact.objects.get(digest=image.digest), by=SYSTEM)
    standing = Artifact.objects.filter(repository=repository, deleted_at=None)
    assert {each.digest for each in standing} == {accessory.digest, index.digest}


def test_what_was_miscounted_is_found_and_mended(repository):
    child = push_image(repository, "child")
    put(repository, "index", index_of(child))
    Repository.objects.filter(pk=repository.pk).update(artifact_count=7)
    Artifact.objects.filter(digest=child.digest).update(is_tagged=False)
    found = [event.kind for event in fsck.look() if isinstance(event, Finding)]
    assert found == [findings.LISTS_WRONG] * 2
    mended = [event.kind for event in fsck.look(mending_usage=True) if isinstance(event, Finding)]
    assert mended == [findings.LISTS_MENDED]
    assert len(shown(repository)) == 2
    assert not [event for event in fsck.look(mending_usage=True) if isinstance(event, Finding)]
    assert not listing.mend(repository)
