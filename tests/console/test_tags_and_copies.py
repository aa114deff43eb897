"""Tags, labels and copies of artifacts on the API."""

import pytest

from accounts import configuration
from accounts.models import BuiltIn
from accounts.principals import SYSTEM
from registry.content import labels
from registry.models import Artifact, Tag
from tests.factories.accounts import make_principal, make_project, member_of
from tests.factories.http import client_of, send
from tests.factories.registry import make_repository, push_image

pytestmark = pytest.mark.django_db
NAMES = ("team/x/artifacts/y", "team%2Fx%2Fartifacts%2Fy", "team%252Fx%252Fartifacts%252Fy")


@pytest.fixture
def project():
    return make_project("app")


@pytest.fixture
def repository(project):
    return make_repository("app/team/x/artifacts/y", project)


@pytest.fixture
def image(repository):
    return push_image(repository, "1.0")


@pytest.fixture
def maintainer(project):
    return client_of(member_of(project, BuiltIn.MAINTAINER))


def place(name=NAMES[2], rest=""):
    return f"/api/v2.0/projects/app/repositories/{name}/artifacts{rest}"


@pytest.mark.parametrize("name", NAMES)
def test_a_tag_is_made_and_deleted_however_the_name_is_written(maintainer, repository, image, name):
    made = send(maintainer, "POST", place(name, "/1.0/tags"), {"name": "2.0"})
    assert (made.status_code, made.content) == (201, b"")
    assert made["Location"] == place(NAMES[2], "/1.0/tags/2.0")
    assert Tag.objects.get(repository=repository, name="2.0").artifact.digest == image.digest
    assert send(maintainer, "DELETE", place(name, f"/{image.digest}/tags/2.0")).status_code == 200
    assert not Tag.objects.filter(name="2.0").exists()


def test_a_tag_that_is_there_stays_where_it_points(maintainer, repository, image):
    other = push_image(repository, "other")
    assert send(maintainer, "POST", place(rest="/1.0/tags"), {"name": "other"}).status_code == 409
    assert Tag.objects.get(repository=repository, name="other").artifact.digest == other.digest


def test_a_tag_of_another_artifact_is_not_found_at_this_one(maintainer, repository, image):
    push_image(repository, "other")
    assert send(maintainer, "DELETE", place(rest="/1.0/tags/other")).status_code == 404
    assert Tag.objects.filter(name="other").exists()


@pytest.mark.parametrize("name", ["", "no space", "-x", "a" * 129, "sha256:" + "0" * 64])
def test_what_is_no_tag_is_refused(maintainer, image, name):
    assert send(maintainer, "POST", place(rest="/1.0/tags"), {"name": name}).status_code == 400


def test_a_developer_makes_tags_and_deletes_none(project, image):
    developer = client_of(member_of(project, BuiltIn.DEVELOPER))
    assert send(developer, "POST", place(rest="/1.0/tags"), {"name": "2.0"}).status_code == 201
    assert send(developer, "DELETE", place(rest="/1.0/tags/2.0")).status_code == 403


def test_labels_go_on_and_off(maintainer, project, repository, image):
    label = labels.create("stable", project=project, by=SYSTEM)
    for status in (200, 409):
        assert send(maintainer, "POST", place(rest="/1.0/labels"), {"id": label.pk}).status_code == status
    assert Artifact.objects.get(repository=repository).label_links.get().label == label
    for status in (200, 404):
        assert send(maintainer, "DELETE", place(rest=f"/1.0/labels/{label.pk}")).status_code == status


@pytest.mark.parametrize("by", ["tag", "digest"])
def test_an_artifact_is_copied_from_where_one_may_pull(repository, image, by):
    public = make_project("open", is_public=True)
    source = make_repository("open/base", public)
    base = push_image(source, "3")
    client = client_of(member_of(repository.project, BuiltIn.DEVELOPER))
    named = "open/base:3" if by == "tag" else f"open/base@{base.digest}"
    copied = send(client, "POST", f"{place('copied')}?from={named}")
    assert (copied.status_code, copied.content) == (201, b"")
    assert copied["Location"] == place("copied", f"/{base.digest}")
    assert send(client, "POST", f"{place('copied')}?from={named}").status_code == 409


def test_what_one_may_not_pull_cannot_be_copied_and_looks_absent(maintainer):
    hidden = make_repository("vault/app", make_project("vault"))
    push_image(hidden, "1")
    for named in ("vault/app:1", "vault/none:1", "none/app:1"):
        assert send(maintainer, "POST", f"{place('copied')}?from={named}").status_code == 403
    assert not Artifact.objects.filter(repository__name="app/copied").exists()


@pytest.mark.parametrize("named", ["", "app", "app/x", "app:1", "app/x@", "app/x@sha256:zz", "a/b/c:d/e"])
def test_what_names_no_artifact_is_refused(maintainer, project, named):
    assert send(maintainer, "POST", f"{place('copied')}?from={named}").status_code in (400, 403)


def test_nobody_and_strangers_learn_nothing(image):
    for rest, content in (("/1.0/tags", {"name": "2"}), ("/none/tags", {"name": "2"}), ("?from=app/x:1", None)):
        assert send(client_of(), "POST", place(rest=rest), content).status_code == 401
        assert send(client_of(make_principal()), "POST", place(rest=rest), content).status_code == 403


def test_nothing_changes_while_the_registry_is_read_only(maintainer, image):
    configuration.set("read_only", True, by=SYSTEM)
    for method, rest, content in (
        ("POST", "/1.0/tags", {"name": "2.0"}),
        ("DELETE", "/1.0/tags/1.0", None),
        ("POST", f"?from=app/{NAMES[0]}:1.0", None),
    ):
        answer = send(maintainer, method, place(rest=rest), content)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "DENIED")
