"""What people do to artifacts and tags by the pages of a repository."""

import pytest

from accounts import configuration
from accounts.models import BuiltIn
from accounts.principals import SYSTEM
from registry.content import artifacts, deletions, labels, manifests, pulls, usage
from registry.jobs import run
from registry.models import Artifact, ArtifactLabel, Job, Tag
from tests.factories.accounts import add_member, make_project, make_user
from tests.factories.browser import browser_of
from tests.factories.http import client_of
from tests.factories.registry import index_of, make_repository, push_blob, push_image, put

pytestmark = pytest.mark.django_db

APP = "/projects/team/app"
YES = {"confirmed": "yes"}


@pytest.fixture
def repository():
    return make_repository("team/app")


def member(repository, role=BuiltIn.MAINTAINER, **patterns):
    user = make_user()
    add_member(repository.project, user, role, **patterns)
    return browser_of(user)


def standing(repository):
    return set(Artifact.objects.filter(repository=repository, deleted_at=None).values_list("digest", flat=True))


def tags_of(repository):
    return dict(Tag.objects.filter(repository=repository).values_list("name", "artifact__digest"))


def text(answer, status=200):
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def test_before_it_is_deleted_it_is_told_what_goes_and_who_still_pulls_it(repository):
    image = push_image(repository, "1.0", push_blob(repository, b"x" * 5_000_000))
    puller = make_user("pia")
    add_member(repository.project, puller, BuiltIn.GUEST)
    client_of(puller).get("/v2/team/app/manifests/1.0", REMOTE_ADDR="127.0.0.8", HTTP_USER_AGENT="containerd/2")
    pulls.flush()
    browser = member(repository)
    told = text(browser.get(f"{APP}@{image.digest}/-/delete"))
    for piece in ("pia", "127.0.0.8", "containerd/2", "5 MB", "1.0"):
        assert piece in told
    assert standing(repository) == {image.digest}
    left = browser.post(f"{APP}@{image.digest}/-/delete", YES)
    assert left["Location"] == f"{APP}/-/deleted"
    assert standing(repository) == set()
    assert "can be brought back until" in text(browser.get(left["Location"]))


def test_a_part_of_an_index_is_not_deleted_and_the_page_says_what_is_in_the_way(repository):
    child = push_image(repository, "child")
    index = put(repository, "multi", index_of(child))
    browser = member(repository)
    told = text(browser.get(f"{APP}@{child.digest}/-/delete"))
    assert f"{APP}@{index.digest}" in told
    assert 'type="submit">Delete artifact' not in told
    assert "refers to it" in text(browser.post(f"{APP}@{child.digest}/-/delete", YES), 412)


def test_what_was_deleted_comes_back_by_the_list_of_deleted_things(repository):
    image = push_image(repository, "1.0")
    artifacts.delete(Artifact.objects.get(digest=image.digest), by=SYSTEM)
    browser = member(repository, BuiltIn.DEVELOPER)
    undelete = f"{APP}@{image.digest}/-/undelete"
    assert undelete in text(browser.get(f"{APP}/-/deleted"))
    assert "1.0" in text(browser.get(undelete))
    assert browser.post(undelete)["Location"] == f"{APP}@{image.digest}"
    assert tags_of(repository) == {"1.0": image.digest}
    assert "Its tags: 1.0" in text(browser.get(f"{APP}@{image.digest}"))
    assert browser.get(undelete).status_code == 404


def test_an_undeletion_that_has_no_room_says_so_and_changes_nothing(repository):
    image = push_image(repository, "1.0", push_blob(repository, b"x" * 5000))
    artifacts.delete(Artifact.objects.get(digest=image.digest), by=SYSTEM)
    usage.set_limit(repository.project, 2000, by=SYSTEM)
    refused = member(repository).post(f"{APP}@{image.digest}/-/undelete")
    assert "will exceed the configured upper limit" in text(refused, 422)
    assert standing(repository) == set()


def test_a_repository_that_was_emptied_is_found_by_its_project(repository):
    image = push_image(repository, "1.0")
    browser = member(repository)
    assert "1 tag" in text(browser.get(f"{APP}/-/delete"))
    assert browser.post(f"{APP}/-/delete", YES)["Location"] == f"{APP}/-/deleted"
    assert standing(repository) == set()
    assert f"{APP}@{image.digest}/-/undelete" in text(browser.get("/projects/team/-/deleted"))
    assert "Nothing stands here any more" in text(browser.get(APP))
    assert member(repository, BuiltIn.GUEST).get(APP).status_code == 404
    assert member(repository, BuiltIn.GUEST).get("/projects/team/-/deleted").status_code == 403


def test_nothing_goes_without_a_word_of_confirmation(repository):
    image = push_image(repository, "1.0")
    browser = member(repository)
    for address in (f"@{image.digest}/-/delete", "/-/delete", "/-/artifacts/delete"):
        text(browser.post(f"{APP}{address}", {"artifact": image.digest}))
    assert standing(repository) == {image.digest}


# What a job writes as it goes is seen from elsewhere only where this is committed.
committed = pytest.mark.django_db(transaction=True)


def sysadmin():
    return browser_of(make_user(is_sysadmin=True))


@committed
def test_several_are_deleted_by_a_job(repository):
    images = [push_image(repository, f"v{number}") for number in range(3)]
    browser = sysadmin()
    chosen = {"artifact": [image.digest for image in images[:2]]}
    assert "Delete 2 artifacts?" in text(browser.post(f"{APP}/-/artifacts/delete", chosen))
    sent = browser.post(f"{APP}/-/artifacts/delete", chosen | YES)
    job = Job.objects.latest("pk")
    assert sent["Location"] == f"/jobs/{job.pk}"
    run.run(job.pk)
    assert standing(repository) == {images[2].digest}


@committed
def test_several_are_copied_by_a_job(repository):
    images = [push_image(repository, f"v{number}") for number in range(2)]
    make_project("other")
    chosen = {"artifact": [image.digest for image in images]}
    browser = sysadmin()
    assert "Copy 2 artifacts" in text(browser.post(f"{APP}/-/artifacts/copy", chosen))
    browser.post(f"{APP}/-/artifacts/copy", chosen | YES | {"project": "other", "repository": "web"})
    run.run(Job.objects.latest("pk").pk)
    assert set(Artifact.objects.filter(repository__name="other/web").values_list("digest", flat=True)) == {
        image.digest for image in images
    }


def test_one_is_copied_at_once(repository):
    image = push_image(repository, "1.0")
    user = make_user()
    for project in (repository.project, make_project("other")):
        add_member(project, user, BuiltIn.DEVELOPER)
    browser = browser_of(user)
    copy = f"{APP}@{image.digest}/-/copy"
    assert 'value="app"' in text(browser.get(copy))
    sent = {"project": "other", "repository": "app"} | YES
    assert browser.post(copy, sent)["Location"] == f"/projects/other/app@{image.digest}"
    assert "has" in text(browser.post(copy, sent), 422)
    assert "it is there already".capitalize() in text(browser.post(copy, sent | {"project": "team"}), 422)


def test_a_copy_to_where_one_may_not_push_is_refused_beside_the_project(repository):
    image = push_image(repository, "1.0")
    hidden, open_one = make_project("hidden"), make_project("open", is_public=True)
    browser = member(repository)
    for project in (hidden.name, open_one.name, "absent"):
        sent = {"project": project, "repository": "app"} | YES
        assert text(browser.post(f"{APP}@{image.digest}/-/copy", sent), 422)
    assert "absent" in text(sysadmin().post(f"{APP}@{image.digest}/-/copy", sent), 422)
    assert Artifact.objects.count() == 1
    offered = text(browser.get(f"{APP}/-/candidates?project="))
    assert "team" in offered
    assert "open" not in offered
    assert "hidden" not in offered


def test_a_tag_is_made_and_one_that_points_elsewhere_is_moved_only_where_that_is_said(repository):
    old, new = push_image(repository, "1.0"), push_image(repository, "latest")
    browser = member(repository, BuiltIn.DEVELOPER)
    address = f"{APP}@{old.digest}/-/tag"
    assert browser.post(address, {"name": "stable"})["Location"] == f"{APP}:stable"
    assert "has a tag latest already" in text(browser.post(address, {"name": "latest"}), 422)
    assert tags_of(repository)["latest"] == new.digest
    browser.post(address, {"name": "latest", "is_moved": "on"})
    assert tags_of(repository)["latest"] == old.digest
    assert text(browser.post(address, {"name": "-no"}), 422)
    narrowed = member(repository, BuiltIn.DEVELOPER, tags="dev-*")
    assert 'value="v2"' in text(narrowed.post(address, {"name": "v2"}), 422)


def test_a_tag_that_was_moved_is_restored_by_its_history(repository):
    old, new = push_image(repository, "latest"), push_image(repository, "latest")
    browser = member(repository, BuiltIn.DEVELOPER)
    restore = f"{APP}@{old.digest}/-/restore/latest"
    assert restore in text(browser.get(f"{APP}/-/history?tag=latest"))
    text(browser.get(restore))
    assert tags_of(repository) == {"latest": new.digest}
    assert browser.post(restore)["Location"] == f"{APP}:latest"
    assert tags_of(repository) == {"latest": old.digest}


def test_a_tag_that_was_deleted_is_restored_by_its_history(repository):
    image = push_image(repository, "1.0")
    browser = member(repository)
    assert "It points at" in text(browser.get(f"{APP}:1.0/-/delete"))
    led = browser.post(f"{APP}:1.0/-/delete")
    assert led["Location"] == f"{APP}/-/history?tag=1.0"
    restore = f"{APP}@{image.digest}/-/restore/1.0"
    assert restore in text(browser.get(led["Location"]))
    browser.post(restore)
    assert tags_of(repository) == {"1.0": image.digest}


def test_the_history_leads_to_what_was_deleted(repository):
    image = push_image(repository, "1.0")
    push_image(repository, "2.0")
    artifacts.delete(Artifact.objects.get(digest=image.digest), by=SYSTEM)
    told = text(member(repository).get(f"{APP}/-/history"))
    assert f"{APP}@{image.digest}/-/undelete" in told
    assert "/restore/" not in told
    assert "/-/undelete" not in text(member(repository, BuiltIn.GUEST).get(f"{APP}/-/history"))


def test_labels_are_put_on_and_taken_off(repository):
    image = push_image(repository, "1.0")
    good = labels.create("good", project=repository.project, by=SYSTEM)
    everybodys = labels.create("reviewed", project=None, by=SYSTEM)
    foreign = labels.create("foreign", project=make_project(), by=SYSTEM)
    browser = member(repository, BuiltIn.DEVELOPER)
    address = f"{APP}@{image.digest}/-/labels"
    told = text(browser.get(address))
    assert "good" in told
    assert "reviewed" in told
    assert "foreign" not in told
    browser.post(address, {"labels": [good.pk, everybodys.pk]})
    browser.post(address, {"labels": [everybodys.pk]})
    assert [link.label for link in ArtifactLabel.objects.all()] == [everybodys]
    assert text(browser.post(address, {"labels": [foreign.pk]}), 422)


def test_what_belongs_to_another_repository_is_not_reached_from_this_one(repository):
    push_image(repository, "1.0")
    hidden = make_repository("hidden/app")
    other = push_image(hidden, "1.0")
    browser = member(repository)
    for verb in ("delete", "copy"):
        sent = {"artifact": other.digest, "project": "team", "repository": "mine"} | YES
        assert browser.post(f"{APP}/-/artifacts/{verb}", sent).status_code == 400
        assert browser.post(f"{APP}@{other.digest}/-/{verb}", sent).status_code == 404
    assert browser.post(f"{APP}@{other.digest}/-/tag", {"name": "mine"}).status_code == 404
    assert browser.post(f"{APP}@{other.digest}/-/restore/1.0").status_code == 404
    artifacts.delete(Artifact.objects.get(repository=hidden), by=SYSTEM)
    assert browser.post(f"{APP}@{other.digest}/-/undelete").status_code == 404
    assert not deletions.in_project(repository.project, by=SYSTEM).exists()
    assert not Tag.objects.filter(name="mine").exists()


CHANGES = {
    "@{digest}/-/delete": YES,
    "@{digest}/-/tag": {"name": "mine"},
    "@{digest}/-/labels": {},
    "@{digest}/-/undelete": {},
    ":1.0/-/delete": {},
    "/-/delete": YES,
    "/-/artifacts/delete": {"artifact": "{digest}"} | YES,
    "/-/artifacts/undelete": {"artifact": "1"},
    "/-/edit": {"description": "mine"},
    "@{digest}/-/restore/1.0": {},
}


@pytest.mark.parametrize("address", CHANGES)
def test_a_guest_changes_nothing_and_sees_no_form_for_it(repository, address):
    image = push_image(repository, "1.0")
    named = APP + address.format(digest=image.digest)
    browser = member(repository, BuiltIn.GUEST)
    assert browser.get(named).status_code in (403, 404)
    sent = {key: value.format(digest=image.digest) for key, value in CHANGES[address].items()}
    assert browser.post(named, sent).status_code in (403, 404)
    assert tags_of(repository) == {"1.0": image.digest}


def test_a_role_for_some_tags_moves_and_deletes_no_others(repository):
    image = push_image(repository, "dev-1")
    put(repository, "v1", image.body)
    browser = member(repository, BuiltIn.MAINTAINER, tags="dev-*")
    assert browser.post(f"{APP}:v1/-/delete").status_code == 403
    assert browser.post(f"{APP}@{image.digest}/-/delete", YES).status_code == 403
    assert browser.post(f"{APP}:dev-1/-/delete").status_code == 303
    assert tags_of(repository) == {"v1": image.digest}


def test_what_is_read_only_takes_no_change(repository):
    image = push_image(repository, "1.0")
    configuration.set("read_only", True, by=SYSTEM)
    assert "read-only" in text(member(repository).post(f"{APP}@{image.digest}/-/delete", YES), 403)
    assert standing(repository) == {image.digest}


@committed
def test_several_are_brought_back_by_a_job_and_only_those_that_are_offered(repository):
    manifests_of = [push_image(repository, f"v{number}") for number in range(2)]
    index = put(repository, "multi", index_of(*manifests_of))
    hidden = make_repository("hidden/app")
    push_image(hidden, "1.0")
    for place in (repository, hidden):
        manifests.delete_all(place, by=SYSTEM)
    browser = sysadmin()
    everything = [str(number) for number in Artifact.objects.values_list("pk", flat=True)]
    for address in (f"{APP}/-/artifacts/undelete", "/projects/team/-/deleted/undelete"):
        assert browser.get(address).status_code == 303
        assert browser.post(address).status_code == 400
        sent = browser.post(address, {"artifact": everything})
        job = Job.objects.latest("pk")
        assert sent["Location"] == f"/jobs/{job.pk}"
        run.run(job.pk)
        job.refresh_from_db()
        assert (job.state, job.done) == ("succeeded", 3)
        assert standing(repository) == {index.digest, *(each.digest for each in manifests_of)}
        assert standing(hidden) == set()
        manifests.delete_all(repository, by=SYSTEM)
