"""Repositories on the API, and what their tags pointed at."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from accounts import robots
from accounts.models import AuditRecord, BuiltIn
from accounts.principals import SYSTEM
from registry.content import tags
from registry.models import Artifact, BlobLink, Repository, TagMove
from tests.factories.accounts import (
    ROBOT_SECRET,
    add_member,
    grant_to,
    make_principal,
    make_project,
    make_robot,
    make_sysadmin,
    make_user,
    member_of,
)
from tests.factories.http import basic, client_of, send
from tests.factories.registry import index_of, make_repository, push_blob, push_image, put

pytestmark = pytest.mark.django_db
REPOSITORIES = "/api/v2.0/projects/app/repositories"


@pytest.fixture
def project():
    return make_project("app")


@pytest.fixture
def repository(project):
    return make_repository("app/web/front", project)


@pytest.fixture
def image(repository):
    return push_image(repository, "1.0")


@pytest.fixture
def maintainer(project):
    return client_of(member_of(project, BuiltIn.MAINTAINER))


def names(answer):
    assert answer.status_code == 200, answer.content
    return [each["name"] for each in answer.json()]


@pytest.mark.parametrize("written", ["web/front", "web%2Ffront", "web%252Ffront", "/web//front/"])
def test_a_repository_is_told_however_its_name_is_written(maintainer, repository, image, written):
    shown = maintainer.get(f"{REPOSITORIES}/{written}").json()
    assert (shown["name"], shown["project_id"]) == ("app/web/front", repository.project_id)
    assert (shown["artifact_count"], shown["pull_count"], shown["description"]) == (1, 0, "")


def test_only_the_description_is_changed(maintainer, repository, image):
    wanted = {"description": "# Ours\n<script>", "name": "app/other", "pull_count": 9, "project_id": 1}
    assert send(maintainer, "PUT", f"{REPOSITORIES}/web%252Ffront", wanted).status_code == 200
    row = Repository.objects.get(pk=repository.pk)
    assert (row.name, row.description, row.pull_count) == ("app/web/front", "# Ours\n<script>", 0)
    assert AuditRecord.objects.filter(operation="update", resource="app/web/front").exists()
    long = {"description": "x" * 300_000}
    assert send(maintainer, "PUT", f"{REPOSITORIES}/web%252Ffront", long).status_code == 400


def test_repositories_are_searched_sorted_and_paged(project, maintainer, image):
    for number, name in enumerate(("app/db", "app/cache"), start=1):
        push_image(make_repository(name, project), "1.0")
        Repository.objects.filter(name=name).update(pull_count=number)
    assert names(maintainer.get(REPOSITORIES)) == ["app/cache", "app/db", "app/web/front"]
    assert names(maintainer.get(f"{REPOSITORIES}?q=name=~c")) == ["app/cache"]
    assert names(maintainer.get(f"{REPOSITORIES}?sort=-pull_count&page_size=1")) == ["app/cache"]
    answer = maintainer.get(f"{REPOSITORIES}?page=2&page_size=2")
    assert (names(answer), answer["X-Total-Count"]) == (["app/web/front"], "3")


def test_all_repositories_are_those_that_one_may_see(project, image):
    push_image(make_repository("open/app", make_project("open", is_public=True)), "1.0")
    push_image(make_repository("hidden/app"), "1.0")
    every = "/api/v2.0/repositories"
    guest, stranger = client_of(member_of(project, BuiltIn.LIMITED_GUEST)), client_of(make_principal())
    for client, seen in (
        (client_of(make_sysadmin()), ["app/web/front", "hidden/app", "open/app"]),
        (guest, ["app/web/front", "open/app"]),
        (stranger, ["open/app"]),
        (client_of(), ["open/app"]),
    ):
        answer = client.get(every)
        assert (names(answer), answer["X-Total-Count"]) == (seen, str(len(seen)))


def test_repositories_are_found_by_a_blob_among_those_that_one_may_see(project, repository, maintainer):
    mine, theirs = push_blob(repository, b"the same"), push_blob(make_repository("hidden/app"), b"the same")
    push_image(repository, "1.0", mine)
    push_image(Repository.objects.get(name="hidden/app"), "1.0", theirs)
    found = maintainer.get(f"/api/v2.0/repositories?q={quote(f'blob_digest={mine.digest}')}")
    assert (names(found), found["X-Total-Count"]) == (["app/web/front"], "1")


def test_a_robot_finds_what_its_pattern_matches(project, image):
    push_image(make_repository("app/db", project), "1.0")
    push_image(make_repository("app/web", project), "1.0")
    for pattern, seen in (
        ("web/**", ["app/web/front"]),
        ("{db,web}", ["app/db", "app/web"]),
        ("!web/**", ["app/db", "app/web"]),
        ("w?b", ["app/web"]),
        ("none", []),
    ):
        robot = make_robot(project=project)
        grant_to(robot, "repository:list", "repository:read", project=project, repositories=pattern)
        client = client_of(None, Authorization=basic(robots.name_of(robot), ROBOT_SECRET))
        for path in (REPOSITORIES, "/api/v2.0/repositories"):
            answer = client.get(path)
            assert (names(answer), answer["X-Total-Count"]) == (seen, str(len(seen))), (pattern, path)


def test_a_deleted_repository_is_gone_and_its_project_can_go_too(repository, project, image):
    put(repository, "multi", index_of(image))
    admin = client_of(member_of(project, BuiltIn.PROJECT_ADMIN))
    assert admin.delete("/api/v2.0/projects/app").status_code == 412
    assert admin.delete(f"{REPOSITORIES}/web%252Ffront").status_code == 200
    assert admin.get(f"{REPOSITORIES}/web%252Ffront").status_code == 404
    assert names(admin.get(REPOSITORIES)) == []
    assert not Artifact.objects.filter(repository=repository, deleted_at=None).exists()
    assert TagMove.objects.filter(repository=repository, to_digest="").count() == 2
    assert AuditRecord.objects.filter(operation="delete", resource="app/web/front").exists()
    assert admin.delete("/api/v2.0/projects/app").status_code == 200


def test_a_name_is_free_again_once_its_repository_was_deleted(repository, image, maintainer):
    send(maintainer, "PUT", f"{REPOSITORIES}/web%252Ffront", {"description": "old"})
    assert maintainer.delete(f"{REPOSITORIES}/web%252Ffront").status_code == 200
    push_image(repository, "2.0")
    shown = maintainer.get(f"{REPOSITORIES}/web%252Ffront").json()
    assert (shown["artifact_count"], shown["description"]) == (1, "")


def test_who_may_delete_some_tags_only_deletes_no_repository_with_others(project, repository, image):
    push_image(repository, "release-1")
    user = make_user()
    add_member(project, user, BuiltIn.MAINTAINER, tags="release-*")
    assert client_of(user).delete(f"{REPOSITORIES}/web%252Ffront").status_code == 403
    assert Artifact.objects.filter(repository=repository, deleted_at=None).count() == 2


@pytest.mark.parametrize("role", [BuiltIn.DEVELOPER, BuiltIn.GUEST, BuiltIn.LIMITED_GUEST])
def test_others_delete_none(project, repository, image, role):
    client = client_of(member_of(project, role))
    assert client.delete(f"{REPOSITORIES}/web%252Ffront").status_code == 403
    assert client.delete(f"{REPOSITORIES}/absent").status_code == 403


def test_the_history_tells_each_move_of_a_tag_and_who_made_it(repository, image, maintainer):
    newer = put(repository, "latest", image.body)
    moved = push_image(repository, "latest")
    tags.delete(repository, "1.0", by=SYSTEM)
    answer = maintainer.get(f"{REPOSITORIES}/web%252Ffront/history?tag=latest")
    assert [(each["from"], each["to"]) for each in answer.json()] == [
        (newer.digest, moved.digest),
        ("", newer.digest),
    ]
    assert {each["by"] for each in answer.json()} == {"system"}
    every = maintainer.get(f"{REPOSITORIES}/web%252Ffront/history")
    assert (every["X-Total-Count"], every.json()[0]["to"]) == ("4", "")


def test_tags_are_told_as_of_a_time(repository, image, maintainer):
    first = push_image(repository, "latest")
    push_image(repository, "latest")
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for number, move in enumerate(TagMove.objects.order_by("pk")):
        TagMove.objects.filter(pk=move.pk).update(at=start + timedelta(days=number))
    path = f"{REPOSITORIES}/web%252Ffront/tags-as-of"
    assert maintainer.get(f"{path}?at=2025-12-31T00:00:00").json()["tags"] == {}
    then = maintainer.get(f"{path}?at=2026-01-02T12:00:00").json()["tags"]
    assert then == {"1.0": image.digest, "latest": first.digest}
    assert maintainer.get(f"{path}?at=yesterday").status_code == 400
    assert timezone.now() > start
    assert client_of(make_principal()).get(f"{path}?at=2026-01-02T12:00:00").status_code == 403


def test_a_repository_that_got_no_manifest_yet_is_none(repository, project, maintainer):
    push_blob(repository)
    assert BlobLink.objects.filter(repository=repository).exists()
    assert names(maintainer.get(REPOSITORIES)) == []
    assert maintainer.get(f"{REPOSITORIES}/web%252Ffront").status_code == 404
