"""Repositories, artifacts, tags and what hangs on them."""

from harborapi.exceptions import Conflict, NotFound
from harborapi.models import Label, Repository, Tag

from tests.clients.harborapi_scenes.stage import Stage, number, push, refused

PROJECT = "scenes"
NAME = "team/app"
"""Its slash travels encoded twice."""


def repositories(stage: Stage) -> None:
    admin = stage.admin
    push(stage, f"{PROJECT}/{NAME}", "1.0")
    push(stage, f"{PROJECT}/other", "1.0")
    assert admin.get_repository(PROJECT, NAME).name == f"{PROJECT}/{NAME}"
    names = [each.name for each in admin.get_repositories(PROJECT, sort="name")]
    assert names == [f"{PROJECT}/other", f"{PROJECT}/{NAME}"]
    assert [each.name for each in admin.get_repositories(query="name=~team")] == [f"{PROJECT}/{NAME}"]
    admin.update_repository(PROJECT, NAME, Repository(description="the app"))
    assert admin.get_repository(PROJECT, NAME).description == "the app"


def artifacts(stage: Stage) -> None:
    admin = stage.admin
    digest = push(stage, f"{PROJECT}/{NAME}", "2.0", annotations={"org.opencontainers.image.title": "app"})
    found = admin.get_artifact(PROJECT, NAME, "2.0", with_label=True, with_accessory=True, with_immutable_status=True)
    assert found.digest == digest
    assert [tag.name for tag in found.tags] == ["2.0"]
    assert found.type == "IMAGE"
    assert len(admin.get_artifacts(PROJECT, NAME)) == 2
    assert [each.digest for each in admin.get_artifacts(PROJECT, NAME, query="tags=2.0")] == [digest]
    assert digest in [each.digest for each in admin.get_project_artifacts(PROJECT, with_tag=True, page_size=1)]
    history = admin.get_artifact_build_history(PROJECT, NAME, digest)
    assert "CMD" in history[0].created_by
    assert admin.get_icon(found.icon).content


def tags(stage: Stage) -> None:
    admin = stage.admin
    admin.create_artifact_tag(PROJECT, NAME, "2.0", Tag(name="stable"))
    assert {each.name for each in admin.get_artifact_tags(PROJECT, NAME, "2.0")} == {"2.0", "stable"}
    refused(Conflict, lambda: admin.create_artifact_tag(PROJECT, NAME, "1.0", Tag(name="stable")))
    admin.delete_artifact_tag(PROJECT, NAME, "2.0", "stable")
    assert [each.name for each in admin.get_artifact_tags(PROJECT, NAME, "2.0")] == ["2.0"]


def accessories(stage: Stage) -> None:
    admin = stage.admin
    subject = admin.get_artifact(PROJECT, NAME, "2.0")
    described = {"mediaType": subject.manifest_media_type, "digest": subject.digest, "size": 1}
    digest = push(stage, f"{PROJECT}/{NAME}", "", cmd="sign", subject=described, artifactType="application/x-signature")
    assert [each.digest for each in admin.get_artifact_accessories(PROJECT, NAME, "2.0")] == [digest]


def labelled(stage: Stage) -> None:
    admin = stage.admin
    label = number(admin.create_label(Label(name="tested", scope="g")))
    admin.add_artifact_label(PROJECT, NAME, "2.0", Label(id=label))
    assert [each.name for each in admin.get_artifact(PROJECT, NAME, "2.0", with_label=True).labels] == ["tested"]
    admin.delete_artifact_label(PROJECT, NAME, "2.0", label)
    assert not admin.get_artifact(PROJECT, NAME, "2.0", with_label=True).labels


def copies(stage: Stage) -> None:
    admin = stage.admin
    source = admin.get_artifact(PROJECT, NAME, "2.0")
    admin.copy_artifact(PROJECT, "copied", f"{PROJECT}/{NAME}:2.0")
    assert admin.get_artifact(PROJECT, "copied", source.digest).digest == source.digest


def search(stage: Stage) -> None:
    found = stage.admin.search("scenes")
    assert [each.name for each in found.project] == [PROJECT]
    assert f"{PROJECT}/{NAME}" in [each.repository_name for each in found.repository]


def farewell(stage: Stage) -> None:
    admin = stage.admin
    admin.delete_artifact(PROJECT, NAME, "1.0")
    refused(NotFound, lambda: admin.get_artifact(PROJECT, NAME, "1.0"))
    admin.delete_repository(PROJECT, NAME)
    refused(NotFound, lambda: admin.get_repository(PROJECT, NAME))


SCENES = [repositories, artifacts, tags, accessories, labelled, copies, search, farewell]
