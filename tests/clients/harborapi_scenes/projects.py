"""Projects, their members, their metadata, labels and quotas."""

from harborapi.exceptions import Conflict, Forbidden, NotFound, PreconditionFailed
from harborapi.models import (
    Label,
    ProjectMember,
    ProjectMetadata,
    ProjectReq,
    QuotaUpdateReq,
    ResourceList,
    RoleRequest,
    UserCreationReq,
    UserEntity,
)

from tests.clients.harborapi_scenes.people import SECRET
from tests.clients.harborapi_scenes.stage import Stage, number, push, refused


def projects(stage: Stage) -> None:
    admin = stage.admin
    location = admin.create_project(ProjectReq(project_name="scenes", metadata=ProjectMetadata(public="false")))
    project = admin.get_project("scenes")
    assert location == "/api/v2.0/projects/scenes"
    assert admin.get_project(project.project_id).name == "scenes"
    assert admin.project_exists("scenes")
    assert admin.project_exists("no-such-project") is False
    assert [each.name for each in admin.get_projects(name="scene", public=False)] == ["scenes"]
    refused(Conflict, lambda: admin.create_project(ProjectReq(project_name="scenes")))
    admin.update_project("scenes", ProjectReq(metadata=ProjectMetadata(public="true")))
    assert admin.get_project("scenes").metadata.public == "true"
    assert admin.get_project_summary("scenes").repo_count == 0
    assert admin.get_project_deletable("scenes").deletable is True
    assert not admin.get_project_scanner("scenes").name
    assert admin.get_project_scanner_candidates("scenes") == []
    refused(NotFound, lambda: admin.set_project_scanner("scenes", "no-such-scanner"))


def pages(stage: Stage) -> None:
    """All pages are followed by their links."""
    for name in range(12):
        stage.admin.create_project(ProjectReq(project_name=f"page{name}"))
    found = [each.name for each in stage.admin.get_projects(query="name=~page", sort="-name", page_size=5)]
    assert found == sorted((f"page{name}" for name in range(12)), reverse=True)


def members(stage: Stage) -> None:
    admin = stage.admin
    for name in ("mia", "max"):
        admin.create_user(UserCreationReq(username=name, email=f"{name}@x.org", realname=name, password=SECRET))
    mia = number(admin.add_project_member("scenes", ProjectMember(role_id=2, member_user=UserEntity(username="mia"))))
    admin.add_project_member_user("scenes", "max", 3)
    assert {each.entity_name for each in admin.get_project_members("scenes")} >= {"mia", "max"}
    assert [each.id for each in admin.get_project_members("scenes", entity_name="mia")] == [mia]
    admin.update_project_member_role("scenes", mia, RoleRequest(role_id=1))
    assert admin.get_project_member("scenes", mia).role_id == 1
    max_ = stage.client("max", SECRET)
    refused(Forbidden, lambda: max_.add_project_member_user("scenes", "admin", 1))
    refused(Forbidden, lambda: max_.get_project("no-such-project"))
    refused(Conflict, lambda: admin.add_project_member_user("scenes", "mia", 1))
    admin.remove_project_member("scenes", mia)
    refused(NotFound, lambda: admin.get_project_member("scenes", mia))


def metadata(stage: Stage) -> None:
    admin = stage.admin
    admin.set_project_metadata("scenes", ProjectMetadata(auto_scan="true"))
    assert admin.get_project_metadata("scenes").auto_scan == "true"
    admin.update_project_metadata_entry("scenes", "auto_scan", {"auto_scan": "false"})
    assert admin.get_project_metadata_entry("scenes", "auto_scan") == {"auto_scan": "false"}
    admin.delete_project_metadata_entry("scenes", "auto_scan")
    refused(NotFound, lambda: admin.get_project_metadata_entry("scenes", "auto_scan"))


def labels(stage: Stage) -> None:
    admin = stage.admin
    project = admin.get_project("scenes")
    urgent = number(admin.create_label(Label(name="urgent", color="#ff0000", scope="p", project_id=project.project_id)))
    everywhere = number(admin.create_label(Label(name="old", scope="g")))
    assert admin.get_label(urgent).name == "urgent"
    assert [each.id for each in admin.get_labels(scope="p", project_id=project.project_id)] == [urgent]
    assert everywhere in [each.id for each in admin.get_labels(scope="g", name="ol")]
    admin.update_label(urgent, Label(name="calm", color="#00ff00", scope="p", project_id=project.project_id))
    assert admin.get_label(urgent).name == "calm"
    admin.delete_label(everywhere)
    refused(NotFound, lambda: admin.get_label(everywhere))


def quotas(stage: Stage) -> None:
    admin = stage.admin
    project = admin.get_project("scenes")
    (quota,) = admin.get_quotas(reference="project", reference_id=str(project.project_id))
    admin.update_quota(quota.id, QuotaUpdateReq(hard=ResourceList({"storage": 10 << 20})))
    assert admin.get_quota(quota.id).hard.root["storage"] == 10 << 20
    admin.update_quota(quota.id, QuotaUpdateReq(hard=ResourceList({"storage": -1})))


def logs(stage: Stage) -> None:
    found = stage.admin.get_project_logs("scenes")
    assert {"create"} <= {each.operation for each in found}
    assert all(each.username for each in found)


def farewell(stage: Stage) -> None:
    push(stage, "page0/app", "1")
    refused(PreconditionFailed, lambda: stage.admin.delete_project("page0"))
    stage.admin.delete_project("page1")
    refused(NotFound, lambda: stage.admin.get_project("page1"))


SCENES = [projects, pages, members, metadata, labels, quotas, logs, farewell]
