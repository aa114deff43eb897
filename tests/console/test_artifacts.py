"""Artifacts on the API: lists, their filters and options, one artifact, deletion."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import BuiltIn
from accounts.principals import SYSTEM
from registry.content import labels, media_types
from registry.models import Artifact, Manifest, Repository, Tag
from tests.factories.accounts import add_member, make_project, make_user, member_of
from tests.factories.http import client_of
from tests.factories.registry import descriptor_of, image_of, index_of, make_repository, push_blob, push_image, put

pytestmark = pytest.mark.django_db
PROJECT = "/api/v2.0/projects/app"
ARTIFACTS = f"{PROJECT}/repositories/web/artifacts"
SIGNATURE = "application/vnd.dev.cosign.artifact.sig.v1+json"


@pytest.fixture
def project():
    return make_project("app")


@pytest.fixture
def repository(project):
    return make_repository("app/web", project)


@pytest.fixture
def guest(project):
    return client_of(member_of(project, BuiltIn.GUEST))


@pytest.fixture
def admin(project):
    return client_of(member_of(project, BuiltIn.PROJECT_ADMIN))


def listed(client, *, path=ARTIFACTS, q="", **params):
    """The digests of a list, and how many there are said to be."""
    params |= {"q": quote(q)} if q else {}
    answer = client.get(path, params)
    assert answer.status_code == 200, answer.content
    return [each["digest"] for each in answer.json()], int(answer["X-Total-Count"])


def by_digest(repository, **fields):
    """An image that has no tag."""
    body = image_of(repository, **fields)
    pushed = put(repository, "passing", body)
    Tag.objects.filter(repository=repository, name="passing").delete()
    put(repository, pushed.digest, body)
    return pushed


def pointing_at(repository, subject, reference, **fields):
    said = {"mediaType": subject.media_type, "digest": subject.digest, "size": len(subject.body)}
    return put(repository, reference, image_of(repository, subject=said, **fields))


def test_an_artifact_is_told_as_in_harbor(repository, guest):
    config = {"architecture": "arm64", "os": "linux", "author": "me", "config": {"Env": ["A=b"]}, "rootfs": {}}
    layer = push_blob(repository, b"a layer")
    body: dict[str, Any] = {
        "schemaVersion": 2,
        "mediaType": media_types.OCI_MANIFEST,
        "config": descriptor_of(
            push_blob(repository, json.dumps(config).encode()), "application/vnd.oci.image.config.v1+json"
        ),
        "layers": [descriptor_of(layer)],
        "annotations": {"org.opencontainers.image.title": "web"},
    }
    pushed = put(repository, "1.0", json.dumps(body).encode())
    shown = guest.get(f"{ARTIFACTS}/1.0").json()
    assert shown["type"] == "IMAGE"
    assert shown["digest"] == pushed.digest
    assert shown["media_type"] == "application/vnd.oci.image.config.v1+json"
    assert shown["manifest_media_type"] == media_types.OCI_MANIFEST
    assert shown["size"] == len(pushed.body) + body["config"]["size"] + layer.size
    assert shown["repository_name"] == "app/web"
    assert shown["project_id"] == repository.project_id
    assert shown["extra_attrs"] == {"architecture": "arm64", "os": "linux", "author": "me", "config": {"Env": ["A=b"]}}
    assert shown["annotations"] == {"org.opencontainers.image.title": "web"}
    assert [tag["name"] for tag in shown["tags"]] == ["1.0"]
    assert shown["tags"][0]["immutable"] is False
    assert list(shown["addition_links"]) == ["build_history"]
    assert guest.get(shown["addition_links"]["build_history"]["href"]).status_code == 200
    assert guest.get(f"/api/v2.0/icons/{shown['icon']}").json()["content-type"] == "image/svg+xml"
    assert guest.get(f"{ARTIFACTS}/{pushed.digest}").json() == shown


def test_an_index_tells_of_its_parts_and_hides_them_in_lists(repository, guest):
    amd, arm = (by_digest(repository) for _ in range(2))
    children = [
        {"mediaType": each.media_type, "digest": each.digest, "size": len(each.body), "platform": platform}
        for each, platform in (
            (amd, {"os": "linux", "architecture": "amd64"}),
            (arm, {"os": "linux", "architecture": "arm64", "variant": "v8"}),
        )
    ]
    index = put(repository, "1.0", index_of(manifests=children))
    shown = guest.get(f"{ARTIFACTS}/1.0").json()
    assert [each["child_digest"] for each in shown["references"]] == [amd.digest, arm.digest]
    assert shown["references"][1]["platform"] == {"os": "linux", "architecture": "arm64", "variant": "v8"}
    assert shown["references"][0]["child_id"] == Artifact.objects.get(digest=amd.digest).pk
    sizes = Manifest.objects.filter(digest__in=[amd.digest, arm.digest]).values_list("total_size", flat=True)
    assert (shown["type"], shown["size"]) == ("IMAGE", len(index.body) + sum(sizes))
    assert shown["addition_links"] == {}
    assert listed(guest) == ([index.digest], 1)
    assert listed(guest, q="base=*") == ([index.digest, arm.digest, amd.digest], 3)
    put(repository, "arm", arm.body)
    assert listed(guest)[1] == 2


def test_parts_are_shown_by_themselves_when_their_index_is_gone(repository, guest, admin):
    child = by_digest(repository)
    index = put(repository, "1.0", index_of(child))
    assert admin.delete(f"{ARTIFACTS}/{child.digest}").status_code == 412
    assert admin.delete(f"{ARTIFACTS}/1.0").status_code == 200
    assert listed(guest) == ([child.digest], 1)
    assert guest.get(f"{ARTIFACTS}/{index.digest}").status_code == 404


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("tags=*", {"old", "new"}),
        ("tags=nil", {"bare"}),
        ("tags=1.0", {"old"}),
        ("tags=~.0", {"old", "new"}),
        ("tags=~latest", {"new"}),
        ("tags={1.0 latest}", {"old", "new"}),
        ("tags=absent", set()),
        ("type=IMAGE", {"old", "new", "bare"}),
        ("type=CHART", set()),
        ("Type=IMAGE,tags=nil", {"bare"}),
        ("push_time=[2026-02-01T00:00:00~]", {"new", "bare"}),
        ("push_time=[2026-01-15T00:00:00~2026-02-15T00:00:00]", {"new"}),
        ("labels=(stable)", {"old"}),
        ("labels=(stable beta)", set()),
        ("labels={stable beta}", {"old", "new"}),
        ("digest=old", {"old"}),
        ("media_type=application/vnd.oci.image.config.v1+json", {"old", "new", "bare"}),
        ("unknown=x", {"old", "new", "bare"}),
        ("deleted_by=~x", {"old", "new", "bare"}),
        ("manifest__payload=~x", {"old", "new", "bare"}),
    ],
)
def test_terms_select_artifacts(repository, guest, q, found):
    pushed = {"old": push_image(repository, "1.0"), "new": push_image(repository, "2.0"), "bare": by_digest(repository)}
    put(repository, "latest", pushed["new"].body)
    for number, (name, word) in enumerate({"old": "stable", "new": "beta", "bare": ""}.items(), start=1):
        artifact = Artifact.objects.get(digest=pushed[name].digest)
        Artifact.objects.filter(pk=artifact.pk).update(pushed_at=datetime(2026, number, 1, 12, tzinfo=UTC))
        if word:
            label = labels.create(word, project=None, by=SYSTEM)
            labels.attach(artifact, label.pk, by=SYSTEM)
            q = q.replace(word, str(label.pk))
    q = f"digest={pushed['old'].digest}" if q == "digest=old" else q
    digests, total = listed(guest, q=q)
    assert ({*digests}, total) == ({pushed[name].digest for name in found}, len(found))
    assert listed(guest, path=f"{PROJECT}/artifacts", q=q) == (digests, total)


@pytest.mark.parametrize("q", ["labels=(x)", "tags", "size=big", "push_time=[a~b]", "tags=~", "tags={1"])
def test_terms_that_cannot_be_are_refused(repository, guest, q):
    push_image(repository)
    assert guest.get(f"{ARTIFACTS}?q={quote(q)}").status_code == 400


def test_artifacts_are_sorted_and_paged(repository, guest):
    pushed = []
    for number in range(5):
        pushed.append(push_image(repository, f"v{number}", push_blob(repository, bytes(1 + (number * 3) % 5))))
        at = datetime(2026, 1, 1 + (number * 2) % 5, tzinfo=UTC)
        Artifact.objects.filter(digest=pushed[-1].digest).update(pushed_at=at, pulled_at=at + timedelta(days=9))
    by_time = [pushed[number].digest for number in (2, 4, 1, 3, 0)]
    assert listed(guest)[0] == by_time
    assert listed(guest, sort="push_time")[0] == by_time[::-1]
    assert listed(guest, sort="-pull_time")[0] == by_time
    assert listed(guest, sort="size")[0] == [pushed[number].digest for number in (0, 2, 4, 1, 3)]
    assert listed(guest, sort="-digest")[0] == sorted(by_time, reverse=True)
    assert listed(guest, page=2, page_size=2) == (by_time[2:4], 5)
    assert listed(guest, page=9, page_size=2) == ([], 5)


def test_far_pages_are_the_same_as_near_ones(repository, guest, monkeypatch):
    monkeypatch.setattr("console.api.pagination.NEAR", 1)
    pushed = [push_image(repository, f"v{number}").digest for number in range(7)][::-1]
    found = [digest for page in (1, 2, 3, 4) for digest in listed(guest, page=page, page_size=2)[0]]
    assert found == pushed


def test_what_is_asked_for_is_told_with_each(repository, guest):
    image = push_image(repository, "1.0")
    label = labels.create("stable", project=repository.project, by=SYSTEM)
    labels.attach(Artifact.objects.get(digest=image.digest), label.pk, by=SYSTEM)
    signature = put(repository, f"{image.digest.replace(':', '-')}.sig", image_of(repository))
    shown = guest.get(f"{ARTIFACTS}?with_label=true&with_accessory=true").json()
    assert [each["digest"] for each in shown] == [image.digest]
    assert [each["name"] for each in shown[0]["labels"]] == ["stable"]
    accessory = shown[0]["accessories"][0]
    assert (accessory["digest"], accessory["type"]) == (signature.digest, "signature.cosign")
    assert accessory["subject_artifact_digest"] == image.digest
    plain = guest.get(f"{ARTIFACTS}?with_tag=false&with_scan_overview=true&with_signature=true").json()[0]
    assert not {"tags", "labels", "accessories"} & plain.keys()


def test_accessories_of_both_kinds_hang_on_their_subject(repository, guest, admin):
    image = push_image(repository, "1.0")
    notation = pointing_at(repository, image, "n", artifactType="application/vnd.cncf.notary.signature")
    other = pointing_at(repository, image, "o", artifactType="application/vnd.example.thing")
    attested = put(repository, f"{image.digest.replace(':', '-')}.att", image_of(repository))
    of_a_signature = pointing_at(repository, notation, "s")
    answer = guest.get(f"{ARTIFACTS}/1.0/accessories?page_size=2")
    assert answer["X-Total-Count"] == "3"
    every = guest.get(f"{ARTIFACTS}/1.0/accessories").json()
    assert {each["digest"]: each["type"] for each in every} == {
        notation.digest: "signature.notation",
        other.digest: "subject.accessory",
        attested.digest: "subject.accessory",
    }
    assert listed(guest) == ([image.digest], 1)
    assert listed(guest, q="base=*")[1] == 5
    assert admin.delete(f"{ARTIFACTS}/1.0").status_code == 200
    assert listed(guest, path=f"{PROJECT}/artifacts", q="base=*") == ([], 0)
    assert not Artifact.objects.filter(digest=of_a_signature.digest, deleted_at=None).exists()


def test_a_part_inherits_the_signatures_of_its_index(repository, guest):
    child = push_image(repository, "child")
    index = put(repository, "1.0", index_of(child))
    signature = put(repository, f"{index.digest.replace(':', '-')}.sig", image_of(repository))
    shown = guest.get(f"{ARTIFACTS}/child?with_inherited_accessory=true").json()
    assert [each["digest"] for each in shown["inherited_accessories"]] == [signature.digest]
    assert shown["inherited_accessories"][0]["subject_artifact_digest"] == index.digest


def test_the_artifacts_of_a_project_come_from_all_its_repositories(project, repository, guest):
    other = make_repository("app/db", project)
    push_image(make_repository("else/where"), "1.0")
    first, second, third = push_image(repository, "1"), push_image(other, "1"), push_image(repository, "2")
    path = f"{PROJECT}/artifacts"
    assert listed(guest, path=path) == ([third.digest, second.digest, first.digest], 3)
    assert listed(guest, path=path, latest_in_repository="true") == ([third.digest, second.digest], 2)
    assert listed(guest, path=f"/api/v2.0/projects/{project.pk}/artifacts")[1] == 3
    assert listed(guest, path=path, q="repository_name=app/db") == ([second.digest], 1)


def test_a_narrowed_member_finds_only_what_its_pattern_matches(project, repository):
    hidden = make_repository("app/secret", project)
    push_image(hidden, "1.0")
    mine = push_image(repository, "1.0")
    user = make_user()
    add_member(project, user, BuiltIn.DEVELOPER, repositories="we*")
    client = client_of(user)
    for params in ({}, {"q": "tags=*"}, {"q": "type=IMAGE"}, {"q": "base=*"}, {"latest_in_repository": "true"}):
        assert listed(client, path=f"{PROJECT}/artifacts", **params) == ([mine.digest], 1), params
    assert [each["name"] for each in client.get(f"{PROJECT}/repositories").json()] == ["app/web"]
    assert client.get(f"{PROJECT}/repositories")["X-Total-Count"] == "1"
    assert client.get("/api/v2.0/repositories")["X-Total-Count"] == "1"
    absent, forbidden = (client.get(f"{PROJECT}/repositories/{name}/artifacts") for name in ("absent", "secret"))
    assert (absent.status_code, forbidden.status_code) == (403, 403)


def test_hidden_and_absent_ones_are_refused_alike(repository, guest):
    push_image(repository, "1.0")
    stranger = client_of(make_user())
    for client, statuses in ((stranger, {403}), (client_of(), {401})):
        paths = (ARTIFACTS, f"{ARTIFACTS}/1.0", f"{ARTIFACTS}/absent", f"{PROJECT}/repositories/absent/artifacts")
        assert {client.get(path).status_code for path in paths} == statuses
        assert client.get("/api/v2.0/projects/absent/repositories/x/artifacts").status_code in statuses
    assert guest.get(f"{ARTIFACTS}/absent").status_code == 404
    assert guest.get(f"{PROJECT}/repositories/absent/artifacts").status_code == 404


def test_an_artifact_of_another_repository_is_not_found_here(project, repository, guest):
    other = push_image(make_repository("app/db", project), "1.0")
    push_image(repository, "1.0")
    assert guest.get(f"{ARTIFACTS}/{other.digest}").status_code == 404


@pytest.mark.parametrize("reference", ["sha256:short", "..%2F..", "-x", "a" * 200])
def test_references_that_cannot_be_are_refused(repository, guest, reference):
    assert guest.get(f"{ARTIFACTS}/{reference}").status_code in (400, 404)


HOSTILE = {
    "deep": "[" * 5000 + "]" * 5000,
    "nul": '{"architecture": "a\\u0000b", "os": "\\ud800", "config": {"\\u0000": "x"}}',
    "numbers": '{"created": 1e999, "os": NaN}',
    "huge number": '{"created": ' + "9" * 400 + "}",
    "large": '{"config": {"Labels": {"x": "' + "y" * 200_000 + '"}}, "os": "linux"}',
    "a list": "[1, 2]",
    "nothing": "",
    "script": '{"author": "<script>alert(1)</script>", "os": "{{7*7}}"}',
    "bytes": "\xff",
}


@pytest.mark.parametrize("config", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_config_breaks_neither_push_nor_list(repository, guest, config):
    blob = push_blob(repository, config.encode("latin-1"))
    body = {
        "schemaVersion": 2,
        "mediaType": media_types.OCI_MANIFEST,
        "config": descriptor_of(blob, "application/vnd.oci.image.config.v1+json"),
        "layers": [descriptor_of(push_blob(repository))],
    }
    pushed = put(repository, "1.0", json.dumps(body).encode())
    answer = guest.get(ARTIFACTS)
    assert [each["digest"] for each in answer.json()] == [pushed.digest]
    assert len(answer.content) < 100_000
    assert b"<script" not in answer.content or answer["Content-Type"].startswith("application/json")
    assert guest.get(ARTIFACTS).json() == answer.json()


def test_a_page_asks_the_database_as_often_for_one_as_for_many(repository, guest):
    path = f"{ARTIFACTS}?with_label=true&with_accessory=true&with_inherited_accessory=true&page_size=100"

    def asked(where):
        with CaptureQueriesContext(connection) as queries:
            assert guest.get(where).status_code == 200
        return len(queries)

    def push(number):
        image = push_image(repository, f"v{number}")
        put(repository, f"i{number}", index_of(image))
        put(repository, f"{image.digest.replace(':', '-')}.sig", image_of(repository))
        pointing_at(repository, image, f"r{number}")

    push(0)
    guest.get(PROJECT)  # signed in, and remembered
    paths = (path, ARTIFACTS, f"{PROJECT}/artifacts", f"{ARTIFACTS}?q=base=*&page_size=100", f"{PROJECT}/repositories")
    few = [(asked(each), asked(each)) for each in paths]
    for number in range(1, 12):
        push(number)
    assert [(asked(each), asked(each)) for each in paths] == few


def test_counters_say_what_lists_show(repository, guest, admin):
    image = push_image(repository, "1.0")
    put(repository, "2.0", image.body)
    by_digest(repository)

    def counted():
        row = Repository.objects.get(pk=repository.pk)
        shown = Artifact.objects.filter(repository=repository, deleted_at=None, is_listed=True)
        assert (row.artifact_count, row.tagged_count) == (shown.count(), shown.filter(is_tagged=True).count())
        return row.artifact_count, row.tagged_count

    assert counted() == (2, 1)
    admin.delete(f"{ARTIFACTS}/1.0/tags/1.0")
    assert counted() == (2, 1)
    admin.delete(f"{ARTIFACTS}/2.0/tags/2.0")
    assert counted() == (2, 0)
    assert listed(guest, q="tags=nil")[1] == 2
    admin.delete(f"{ARTIFACTS}/{image.digest}")
    assert counted() == (1, 0)
    assert admin.delete(f"{PROJECT}/repositories/web").status_code == 200
    assert counted() == (0, 0)
