"""Users, and what a robot is."""

from harborapi.exceptions import BadRequest, Forbidden, NotFound, PreconditionFailed, Unauthorized
from harborapi.models import (
    Access,
    Robot,
    RobotCreate,
    RobotPermission,
    UserCreationReq,
    UserProfile,
)

from tests.clients.harborapi_scenes.stage import Stage, number, refused

SECRET = "Scenes-play-1"


def users(stage: Stage) -> None:
    admin = stage.admin
    ann = UserCreationReq(username="ann", email="ann@example.org", realname="Ann", password=SECRET, comment="new")
    ann_id = number(admin.create_user(ann))
    assert admin.get_user(ann_id).username == "ann"
    assert admin.get_user_by_username("ann").user_id == ann_id
    assert [user.username for user in admin.get_users(query="username=~an")] == ["ann"]
    assert [user.user_id for user in admin.search_users_by_username("ann")] == [ann_id]
    admin.update_user(ann_id, UserProfile(email="ann@example.com", realname="Ann A.", comment=""))
    assert admin.get_user(ann_id).email == "ann@example.com"
    admin.set_user_admin(ann_id, True)
    assert admin.get_user(ann_id).sysadmin_flag is True
    admin.set_user_admin(ann_id, False)
    refused(PreconditionFailed, lambda: admin.set_user_cli_secret(ann_id, "For-oidc-only-1"))
    refused(BadRequest, lambda: admin.create_user(UserCreationReq(username="bob", email="bob@x.org", password="short")))


def oneself(stage: Stage) -> None:
    ann = stage.client("ann", SECRET)
    found = ann.get_current_user()
    assert (found.username, found.sysadmin_flag) == ("ann", False)
    assert isinstance(ann.get_current_user_permissions(), list)
    assert ann.get_current_user_permissions(scope="/project/1", relative=True) is not None
    refused(Forbidden, ann.get_users)
    refused(Forbidden, lambda: ann.set_user_password(found.user_id, "Other-words-2", "Not-my-words-1"))
    ann.set_user_password(found.user_id, "Other-words-2", SECRET)
    refused(Unauthorized, ann.get_current_user)
    assert stage.client("ann", "Other-words-2").get_current_user().username == "ann"
    stage.admin.set_user_password(found.user_id, SECRET)


def permissions(stage: Stage) -> None:
    found = stage.admin.get_permissions()
    assert {"repository"} <= {each.resource for each in found.project}
    assert {"project"} <= {each.resource for each in found.system}


def robots(stage: Stage) -> None:
    admin = stage.admin
    pulling = RobotPermission(kind="project", namespace="*", access=[Access(resource="repository", action="pull")])
    made = admin.create_robot(
        RobotCreate(name="ci", description="", level="system", disable=False, duration=30, permissions=[pulling])
    )
    assert made.secret
    assert admin.get_robot(made.id).name == made.name
    assert made.id in [robot.id for robot in admin.get_robots(query="name=ci")]
    changed = Robot(**{**admin.get_robot(made.id).model_dump(), "description": "builds"})
    admin.update_robot(made.id, changed)
    assert admin.get_robot(made.id).description == "builds"
    assert admin.refresh_robot_secret(made.id, "Robots-say-43").secret in (None, "")
    assert stage.client(made.name, "Robots-say-43").get_projects() is not None
    admin.delete_robot(made.id)
    refused(NotFound, lambda: admin.get_robot(made.id))


def farewell(stage: Stage) -> None:
    ann = stage.admin.get_user_by_username("ann")
    stage.admin.delete_user(ann.user_id)
    refused(NotFound, lambda: stage.admin.get_user(ann.user_id))


SCENES = [users, oneself, permissions, robots, farewell]
