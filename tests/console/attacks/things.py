"""A project with one of everything that an address can name, and the address of each."""

import re
from dataclasses import dataclass
from functools import cached_property

from accounts import access_tokens, members, roles
from accounts.models import BuiltIn, Project, Role, User
from accounts.principals import SYSTEM, of_user
from registry.content import icons, labels
from registry.jobs import enqueue
from registry.models import Manifest
from tests.factories.accounts import add_member, grant_to, make_project, make_robot, make_sysadmin, make_user
from tests.factories.registry import make_repository, push_image


@dataclass
class Things:
    """`values` are what stands open in an address, by the names that the views give it."""

    project: Project

    @cached_property
    def values(self) -> dict[str, str]:
        sysadmin, user = make_sysadmin(), make_user()
        member = add_member(self.project, user, BuiltIn.DEVELOPER)
        grant = members.grant(self.project, make_user(), BuiltIn.DEVELOPER, repositories="web", by=sysadmin)
        label = labels.create("old", project=self.project, by=sysadmin)
        robot = make_robot("ci", self.project)
        grant_to(robot, "repository:pull", project=self.project)
        image = push_image(make_repository(f"{self.project.name}/web", self.project), f"of-{self.project.name}")
        token = access_tokens.create("laptop", by=of_user(user)).token
        numbers = {"member_id": member, "grant_id": grant, "label_id": label, "robot_id": robot, "token_id": token}
        return {
            "name_or_id": self.project.name,
            "project_name": self.project.name,
            "quota_id": str(self.project.pk),
            "user_id": str(user.pk),
            "repository_name": "web",
            "reference": image.digest,
            "tag_name": f"of-{self.project.name}",
            "addition": "build_history",
            "key": "public",
            "role_id": str(self.role.pk),
            "digest": icons.of(Manifest(kind="IMAGE")),
            "purge_id": "1",
            "refusal_id": "abcdefgh",
            "group_id": "1",
            "pool_id": "1",
            "job_id": str(enqueue.add("recount", by=SYSTEM, project_id=self.project.pk).pk),
            "job_type": "recount",
            **{name: str(row.pk) for name, row in numbers.items()},
        }

    @cached_property
    def role(self) -> Role:
        return roles.create(f"role of {self.project.name}", "", ["repository:pull"], by=make_sysadmin())

    @cached_property
    def admin(self) -> User:
        """Its project admin."""
        user = make_user()
        add_member(self.project, user, BuiltIn.PROJECT_ADMIN)
        return user

    def path(self, template: str, **others: str) -> str:
        values = {**self.values, **others}
        return "/" + re.sub("<([^>]+)>", lambda name: values[name[1]], template)


def make(name: str = "") -> Things:
    return Things(make_project(name))


def named(template: str) -> list[str]:
    """What stands open in an address."""
    return re.findall("<([^>]+)>", template)
