"""A project with something in it, and the principals who ask for it, each with the right that the table knows it by."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.test import Client

from accounts import robot_secrets, robots
from accounts.models import BuiltIn, Project, Robot, User
from accounts.policy import ROBOT_PROJECT
from accounts.principals import ANONYMOUS, Principal, of_robot, of_user
from registry.content import digests, uploads
from registry.content.documents import Document
from registry.models import Artifact, Blob, Repository, Upload
from tests.factories.accounts import ROBOT_SECRET, add_member, grant_to, make_project, make_user, token_for
from tests.factories.http import basic
from tests.factories.registry import image_of, make_repository, push_blob, push_image

PRINCIPALS = {
    "nobody": "sends no credentials",
    "bearer": "sends a token of /v2 that was given to nobody",
    "other": "project admin of another project",
    "limited": "limited guest of the project, as all below have their role there",
    "guest": "guest",
    "developer": "developer",
    "maintainer": "maintainer",
    "admin": "project admin",
    "sysadmin": "system admin, a member of nothing",
    "disabled": "a project admin until a moment ago",
    "robot": "a robot of the project, with all that one may be given there",
    "puller": "a robot of the project that may pull, and nothing else",
    "auditor": "system auditor, a member of nothing",
}
ROLES = {
    "limited": BuiltIn.LIMITED_GUEST,
    "guest": BuiltIn.GUEST,
    "developer": BuiltIn.DEVELOPER,
    "maintainer": BuiltIn.MAINTAINER,
    "admin": BuiltIn.PROJECT_ADMIN,
    "disabled": BuiltIn.PROJECT_ADMIN,
}
ROBOTS = {
    "robot": [f"{resource}:{verb}" for resource, verbs in ROBOT_PROJECT.items() for verb in verbs],
    "puller": ["repository:pull"],
}
CONTENT = b"the content of a blob"


@dataclass(frozen=True)
class Ask:
    """A request: its path, and a body where it has one."""

    path: str
    body: bytes = b""
    media_type: str = "application/octet-stream"


class World:
    """What is in the project is there only once it is asked for, and stays for who asks next."""

    def __init__(self, *, is_public: bool) -> None:
        self.project: Project = make_project(is_public=is_public)
        self.who = "nobody"
        self.user: User | None = None
        self.robot: Robot | None = None

    def enter(self, who: str) -> "World":
        """Let this principal be the one who asks."""
        self.who = who
        self.robot = self.make_robot(who, *ROBOTS[who]) if who in ROBOTS else None
        self.user = self._make_user() if who not in ("nobody", "bearer", *ROBOTS) else None
        return self

    def _make_user(self) -> User:
        user = make_user(is_sysadmin=self.who == "sysadmin")
        if self.who in ROLES:
            add_member(self.project, user, ROLES[self.who])
        elif self.who == "other":
            add_member(make_project(), user, BuiltIn.PROJECT_ADMIN)
        elif self.who == "auditor":
            User.objects.filter(pk=user.pk).update(is_auditor=True)
        return user

    def make_robot(self, name: str, *actions: str) -> Robot:
        """A robot of the project that may do this there."""
        secret = robot_secrets.keep_generated(ROBOT_SECRET)
        robot = Robot.objects.create(name=name, project=self.project, secret=secret)
        grant_to(robot, *actions, project=self.project)
        return robot

    @property
    def principal(self) -> Principal:
        if self.robot:
            return of_robot(self.robot, robots.name_of(self.robot))
        return of_user(User.objects.get(pk=self.user.pk)) if self.user else ANONYMOUS

    @cached_property
    def repository(self) -> Repository:
        return make_repository(f"{self.project.name}/app", self.project)

    @cached_property
    def image(self) -> Document:
        """Tagged latest."""
        return push_image(self.repository)

    @property
    def artifact(self) -> Artifact:
        return self.repository.artifacts.get(manifest__digest=self.image.digest)

    @property
    def artifact_path(self) -> str:
        """Of the image, on the API."""
        name = self.repository.name.partition("/")[2]
        return f"/api/v2.0/projects/{self.project.name}/repositories/{name}/artifacts/{self.image.digest}"

    @cached_property
    def blob(self) -> Blob:
        return push_blob(self.repository)

    def new_upload(self) -> Upload:
        return uploads.start(self.repository, by=self.principal)

    def new_image(self) -> tuple[bytes, str]:
        body = image_of(self.repository)
        return body, digests.of(body, "sha256")

    def ask(self, method: str, ask: Ask, *, by_token: bool = False) -> int:
        """The status that this request gets."""
        headers = {"Authorization": header} if (header := self._authorization(by_token=by_token)) else {}
        if self.user and self.who == "disabled":
            User.objects.filter(pk=self.user.pk).update(is_active=False)
        client = Client(headers=headers, raise_request_exception=False)
        return client.generic(method, ask.path, ask.body, ask.media_type).status_code

    def _authorization(self, *, by_token: bool) -> str:
        """What the principal shows: the best token there is for it, or name and password."""
        if by_token or self.who == "bearer":
            names = (f"{self.project.name}/app", f"{self.project.name}/source")
            scopes = (f"repository:{name}:pull,push,delete" for name in names)
            return f"Bearer {token_for(self.principal, *scopes, 'registry:catalog:*')}"
        if self.robot:
            return basic(robots.name_of(self.robot), ROBOT_SECRET)
        return basic(self.user.username) if self.user else ""


Asking = Callable[[World], Ask]


def at(path: str) -> Asking:
    """The same for everyone; <> is the name of the project."""
    return lambda world: Ask(path.replace("<>", world.project.name))


def with_json(path: str, **content: Any) -> Ask:
    return Ask(path, json.dumps(content).encode(), "application/json")
