"""A project with something in it, and one principal who asks for it."""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.test import Client

from accounts.models import BuiltIn, Project, User
from accounts.principals import ANONYMOUS, Principal, of_user
from registry.content import digests, uploads
from registry.content.documents import Document
from registry.models import Blob, Repository, Upload
from tests.factories.accounts import add_member, make_project, make_user, token_for
from tests.factories.http import basic
from tests.factories.registry import image_of, make_repository, push_blob, push_image

ROLES = {
    "limited": BuiltIn.LIMITED_GUEST,
    "guest": BuiltIn.GUEST,
    "developer": BuiltIn.DEVELOPER,
    "maintainer": BuiltIn.MAINTAINER,
    "admin": BuiltIn.PROJECT_ADMIN,
    "disabled": BuiltIn.PROJECT_ADMIN,
}
CONTENT = b"the content of a blob"


@dataclass(frozen=True)
class Ask:
    """A request: its path, and a body where it has one."""

    path: str
    body: bytes = b""
    media_type: str = "application/octet-stream"


class World:
    """Made anew for every request. What is in the project is there only once it is asked for."""

    def __init__(self, who: str, *, is_public: bool) -> None:
        self.project: Project = make_project(is_public=is_public)
        self.user = None if who in ("nobody", "bearer") else self._make_user(who)
        self.principal: Principal = of_user(self.user) if self.user else ANONYMOUS
        self.who = who

    def _make_user(self, who: str) -> User:
        user = make_user(is_sysadmin=who == "sysadmin")
        if who in ROLES:
            add_member(self.project, user, ROLES[who])
        elif who == "other":
            add_member(make_project(), user, BuiltIn.PROJECT_ADMIN)
        return user

    @cached_property
    def repository(self) -> Repository:
        return make_repository(f"{self.project.name}/app", self.project)

    @cached_property
    def image(self) -> Document:
        return push_image(self.repository)

    @cached_property
    def blob(self) -> Blob:
        return push_blob(self.repository)

    @cached_property
    def upload(self) -> Upload:
        return uploads.start(self.repository, by=self.principal)

    def new_image(self) -> tuple[bytes, str]:
        body = image_of(self.repository)
        return body, digests.of(body, "sha256")

    def ask(self, method: str, ask: Ask, *, by_token: bool) -> int:
        """The status that this request gets."""
        headers = {"Authorization": header} if (header := self.authorization(by_token=by_token)) else {}
        if self.user and self.who == "disabled":
            User.objects.filter(pk=self.user.pk).update(is_active=False)
        client = Client(headers=headers, raise_request_exception=False)
        return client.generic(method, ask.path, ask.body, ask.media_type).status_code

    def authorization(self, *, by_token: bool) -> str:
        """What the principal shows: the best token there is for it, or name and password."""
        if by_token or self.who == "bearer":
            names = (f"{self.project.name}/app", f"{self.project.name}/source")
            scopes = (f"repository:{name}:pull,push,delete" for name in names)
            return f"Bearer {token_for(self.principal, *scopes, 'registry:catalog:*')}"
        return basic(self.user.username) if self.user else ""


def json_ask(path: str, **content: Any) -> Ask:
    return Ask(path, json.dumps(content).encode(), "application/json")
