"""/api/v2.0/projects/<project>/grants: roles that are narrowed by patterns."""

import json

import pytest

from accounts.models import BuiltIn, Member, Project
from accounts.principals import SYSTEM
from registry.content import manifests
from registry.models import Label, Tag
from tests.factories.accounts import add_member, make_group, make_project, make_user, member_of
from tests.factories.http import client_of, send
from tests.factories.registry import image_of, make_repository, push_image

pytestmark = pytest.mark.django_db

MANIFEST = "application/vnd.oci.image.manifest.v1+json"


@pytest.fixture
def project() -> Project:
    return make_project("app")


@pytest.fixture
def admin(project):
    return client_of(member_of(project, BuiltIn.PROJECT_ADMIN))


def test_a_grant_is_made_shown_and_taken_away(admin, project):
    wanted = {"role_id": 2, "member_user": {"username": make_user("dora").username}, "tags": "!release-*"}
    answer = send(admin, "POST", "/api/v2.0/projects/app/grants", wanted)
    grant = Member.objects.get(user__username="dora")
    path = f"/api/v2.0/projects/{project.pk}/grants/{grant.pk}"
    assert (answer.status_code, answer["Location"]) == (201, path)
    shown = admin.get(path).json()
    assert shown.pop("creation_time").endswith("Z")
    assert shown == {
        "id": grant.pk,
        "project_id": project.pk,
        "entity_name": "dora",
        "entity_id": grant.user_id,
        "entity_type": "u",
        "role_id": 2,
        "role_name": "developer",
        "repositories": "",
        "tags": "!release-*",
    }
    listed = admin.get("/api/v2.0/projects/app/grants")
    assert ([each["id"] for each in listed.json()], listed["X-Total-Count"]) == ([grant.pk], "1")
    assert "dora" not in admin.get("/api/v2.0/projects/app/members").content.decode()
    assert admin.delete(path).status_code == 200
    assert admin.get(path).status_code == 404


def test_a_group_gets_one_too(admin):
    wanted = {"role_id": 2, "member_group": {"id": make_group("ops").pk}, "repositories": "ops/**"}
    assert send(admin, "POST", "/api/v2.0/projects/app/grants", wanted).status_code == 201
    assert send(admin, "POST", "/api/v2.0/projects/app/grants", wanted).status_code == 409


@pytest.mark.parametrize("patterns", [{}, {"tags": "{a"}, {"repositories": "!"}, {"tags": 5}, {"tags": "x" * 256}])
def test_what_narrows_nothing_is_refused(admin, patterns):
    wanted = {"role_id": 2, "member_user": {"username": make_user().username}, **patterns}
    assert send(admin, "POST", "/api/v2.0/projects/app/grants", wanted).status_code == 400


def test_developers_push_all_but_releases_and_pull_them_all(project):
    """The tag pattern narrows each right of the grant, so pulling takes a role of its own."""
    repository = make_repository("app/web", project)
    push_image(repository, "release-1")
    dora = make_user("dora")
    add_member(project, dora, BuiltIn.DEVELOPER, tags="!release-*")
    client = client_of(dora)
    assert client.get("/v2/app/web/manifests/release-1").status_code == 403
    add_member(project, dora, BuiltIn.GUEST)
    assert client.get("/v2/app/web/manifests/release-1").status_code == 200

    def put(reference: str):
        return client.put(f"/v2/app/web/manifests/{reference}", image_of(repository), content_type=MANIFEST)

    assert put("1.0").status_code == 201
    refused = put("release-2")
    assert refused.status_code == 403
    assert "allowed for tags !release-* only" in refused.json()["errors"][0]["message"]
    assert {*Tag.objects.values_list("name", flat=True)} == {"release-1", "1.0"}


def test_a_tag_is_not_made_or_deleted_by_another_way(project):
    repository = make_repository("app/web", project)
    image = push_image(repository, "release-1")
    add_member(project, user := make_user("mona"), BuiltIn.GUEST)
    add_member(project, user, BuiltIn.MAINTAINER, tags="!release-*")
    client = client_of(user)
    artifact = f"/api/v2.0/projects/app/repositories/web/artifacts/{image.digest}"
    assert send(client, "POST", f"{artifact}/tags", {"name": "release-2"}).status_code == 403
    assert send(client, "POST", f"{artifact}/tags", {"name": "1.0"}).status_code == 201
    assert client.delete(f"{artifact}/tags/release-1").status_code == 403
    assert client.delete(artifact).status_code == 403
    assert client.delete(f"/v2/app/web/manifests/{image.digest}").status_code == 403
    assert client.delete("/v2/app/web/manifests/release-1").status_code == 403
    assert client.delete(f"{artifact}/tags/1.0").status_code == 200
    assert {*Tag.objects.values_list("name", flat=True)} == {"release-1"}


def test_a_release_does_not_go_as_what_hangs_on_something_else(project):
    repository = make_repository("app/web", project)
    release, mine = push_image(repository, "release-1"), push_image(repository, "1.0")
    add_member(project, user := make_user("mona"), BuiltIn.MAINTAINER, tags="!release-*")
    client = client_of(user)
    artifacts = "/api/v2.0/projects/app/repositories/web/artifacts"
    name = f"{mine.digest.replace(':', '-')}.sig"
    assert send(client, "POST", f"{artifacts}/{release.digest}/tags", {"name": name}).status_code == 201
    assert client.delete(f"{artifacts}/{mine.digest}").status_code == 403
    assert {*Tag.objects.values_list("name", flat=True)} == {"release-1", "1.0", name}
    assert client.delete(f"{artifacts}/{release.digest}/tags/{name}").status_code == 200
    assert client.delete(f"{artifacts}/{mine.digest}").status_code == 200


def test_a_release_is_not_called_another_type_by_a_push_of_its_bytes(project):
    repository = make_repository("app/web", project)
    body = json.loads(image_of(repository))
    del body["mediaType"]
    content, docker = json.dumps(body).encode(), "application/vnd.docker.distribution.manifest.v2+json"
    release = manifests.put(repository, "release-1", content, MANIFEST, by=SYSTEM)
    add_member(project, user := make_user("mona"), BuiltIn.DEVELOPER, tags="!release-*")
    client = client_of(user)
    for reference in (release.digest, "1.0"):
        path = f"/v2/app/web/manifests/{reference}"
        assert client.put(path, content, content_type=docker).status_code == 403
        assert client.put(path, content, content_type=MANIFEST).status_code == 201
    assert client.get(f"/v2/app/web/manifests/{release.digest}")["Content-Type"] == MANIFEST


def test_what_is_named_by_a_tag_is_held_to_the_pattern_everywhere(project):
    repository = make_repository("app/web", project)
    push_image(repository, "release-1")
    push_image(repository, "1.0")
    label = Label.objects.create(name="good", project=project)
    add_member(project, user := make_user("mona"), BuiltIn.DEVELOPER, tags="!release-*")
    client = client_of(user)
    artifacts = "/api/v2.0/projects/app/repositories/web/artifacts"
    for tag, is_allowed in (("1.0", True), ("release-1", False)):
        for rest in ("", "/additions/build_history", "/accessories", "/tags"):
            assert (client.get(f"{artifacts}/{tag}{rest}").status_code != 403) is is_allowed
        labelled = send(client, "POST", f"{artifacts}/{tag}/labels", {"id": label.pk})
        assert (labelled.status_code != 403) is is_allowed
        assert (client.delete(f"{artifacts}/{tag}/labels/{label.pk}").status_code != 403) is is_allowed


def test_who_is_narrowed_to_some_repositories_sees_those_alone(project):
    mine, hidden = (make_repository(f"app/{name}", project) for name in ("team/web", "other/web"))
    image = push_image(mine)
    push_image(hidden)
    add_member(project, user := make_user(), BuiltIn.DEVELOPER, repositories="team/**")
    client = client_of(user)
    names = [each["name"] for each in client.get("/api/v2.0/projects/app/repositories").json()]
    assert names == ["app/team/web"]
    assert [each["name"] for each in client.get("/api/v2.0/repositories").json()] == names
    assert [each["digest"] for each in client.get("/api/v2.0/projects/app/artifacts").json()] == [image.digest]
    assert client.get("/v2/_catalog").json() == {"repositories": names}
    for path in ("/v2/app/other/web/tags/list", "/api/v2.0/projects/app/repositories/other%252Fweb/artifacts"):
        assert client.get(path).status_code == 403
    assert client.get("/api/v2.0/projects/app/members").status_code == 403
    assert client.get("/v2/app/team/web/tags/list").status_code == 200
