"""Rewriting the mirror of link files from the rows."""

import pytest

from accounts.principals import SYSTEM
from registry import storage
from registry.content import manifests, tags
from registry.models import Repository
from registry.storage import paths
from registry.upkeep import links
from registry.upkeep.links import Mended
from registry.upkeep.progress import Left, Reached
from tests.factories.registry import make_repository, push_blob, push_image

# Without commits: no link file is written by the way.
pytestmark = pytest.mark.django_db


def files(name: str) -> dict[str, str]:
    driver = storage.driver()
    return {entry.path: driver.read(entry.path).decode() for entry in driver.walk(paths.repository(name))}


def rewrite(after: str = "") -> list[Mended]:
    return [event for event in links.rewrite(after) if isinstance(event, Mended) and event]


def test_a_lost_mirror_is_written_anew():
    repository = make_repository("library/app")
    layer = push_blob(repository)
    first, second = push_image(repository, "1", layer), push_image(repository, "1")
    assert files("library/app") == {}
    (mended,) = rewrite()
    assert (mended.written, mended.removed) == (len(files("library/app")), 0)
    assert files("library/app") == links.wanted(repository)
    assert storage.driver().read(paths.tag_link("library/app", "1")).decode() == second.digest
    assert storage.driver().read(paths.tag_index_link("library/app", "1", first.digest)).decode() == first.digest
    assert storage.driver().read(paths.revision_link("library/app", first.digest)).decode() == first.digest
    assert storage.driver().read(paths.layer_link("library/app", layer.digest)).decode() == layer.digest
    assert rewrite() == []


def test_a_link_that_says_something_else_is_written_again():
    repository = make_repository("library/app")
    document = push_image(repository, "1")
    rewrite()
    storage.driver().put(paths.tag_link("library/app", "1"), b"sha256:" + b"0" * 64)
    storage.driver().put(paths.revision_link("library/app", document.digest), b"")
    assert [(each.written, each.removed) for each in rewrite()] == [(2, 0)]
    assert files("library/app") == links.wanted(repository)


def test_what_no_row_knows_is_removed():
    repository = make_repository("library/app")
    document, stays = push_image(repository, "1"), push_image(repository, "2")
    rewrite()
    tags.delete(repository, "1", by=SYSTEM)
    manifests.delete(repository, document.digest, by=SYSTEM)
    storage.driver().put(paths.layer_link("library/app", "sha256:" + "1" * 64), b"sha256:" + b"1" * 64)
    rewrite()
    assert files("library/app") == links.wanted(repository)
    assert storage.driver().children(paths.tags_folder("library/app")) == ["2"]
    assert storage.driver().read(paths.blob(document.digest)) == document.body
    assert storage.driver().read(paths.blob(stays.digest)) == stays.body


def test_an_empty_folder_of_a_tag_is_removed_since_a_stock_registry_would_list_it(folder):
    make_repository("library/app")
    empty = folder / paths.tag_folder("library/app", "gone")
    empty.mkdir(parents=True)
    rewrite()
    assert not empty.exists()


def test_uploads_and_unknown_repositories_are_left_alone():
    make_repository("library/app")
    storage.driver().put(paths.upload("library/app", "0"), b"coming in")
    storage.driver().put(paths.tag_link("stock/app", "1"), b"sha256:" + b"0" * 64)
    left = [str(event) for event in links.rewrite() if isinstance(event, Left)]
    assert left == ["stock/app: the database has no such repository; manage.py adopt takes it in"]
    assert storage.driver().read(paths.upload("library/app", "0"))
    assert storage.driver().read(paths.tag_link("stock/app", "1"))


def test_it_goes_on_behind_the_repository_where_it_stood():
    for name in ("a/app", "b/app", "c/app"):
        push_image(make_repository(name))
    place = next(event.place for event in links.rewrite() if isinstance(event, Reached))
    assert place == "rows/a/app"
    storage.driver().remove(paths.repository("a/app"))
    assert [each.repository for each in rewrite(place)] == ["b/app", "c/app"]
    assert Repository.objects.count() == 3
