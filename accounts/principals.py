"""Who is asking: a person, a robot, nobody, or the system itself; with what credential, and how far it goes."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from accounts.models import AccessToken, Robot, RobotGrant, User


@dataclass(frozen=True)
class Access:
    """One entry of a registry token. It counts only for the project of this id: a recreated project is another.

    `is_tag_narrowed`: whether some of it is allowed for some tags only, so that each use is checked in full."""

    type: str
    name: str
    actions: frozenset[str]
    project_id: int | None
    project_version: int | None
    is_tag_narrowed: bool = False


@dataclass(frozen=True)
class Grant:
    """A set of actions of accounts/policy.py: in one project (`project_id`), in all of them, or in the system.

    The patterns narrow it to some repositories (by their names below the project) and tags (accounts/patterns.py)."""

    actions: frozenset[str]
    project_id: int | None = None
    covers_all_projects: bool = False
    repositories: str = ""
    tags: str = ""


@dataclass(frozen=True)
class Principal:
    """Who asks. What a user may do is read from the database at every question; a robot brings its `grants`.

    What the credential narrows it to: `access` is what the presented registry token carries, `limit` what a
    personal access token is good for; None for all that the roles allow. `via` names the credential, which
    ends at `expires_at` (seconds since 1970)."""

    kind: str
    id: int | None
    name: str
    is_sysadmin: bool
    authorization_version: int
    access: tuple[Access, ...] | None = None
    is_auditor: bool = False
    grants: tuple[Grant, ...] = ()
    limit: tuple[Grant, ...] | None = None
    access_token_id: int | None = None
    expires_at: float | None = None
    via: str = ""

    @property
    def key(self) -> str:
        return self.kind if self.id is None else f"{self.kind}:{self.id}"

    @property
    def credential(self) -> str:
        """By what it can be recalled later (sign_in.recall), no wider than it is now."""
        return self.key if self.access_token_id is None else f"access_token:{self.access_token_id}"

    @property
    def is_anonymous(self) -> bool:
        return self.kind == "anonymous"

    @property
    def is_told_all(self) -> bool:
        """Whether what is absent is called so to it: to others, that would tell what is hidden."""
        return self.is_sysadmin and self.limit is None

    @property
    def user_id(self) -> int | None:
        """The number of the user that this is; None for robots, the system and nobody."""
        return self.id if self.kind == "user" else None


ANONYMOUS = Principal(kind="anonymous", id=None, name="anonymous", is_sysadmin=False, authorization_version=0)
SYSTEM = Principal(kind="system", id=None, name="system", is_sysadmin=True, authorization_version=0)


def of_user(user: User, *, access: tuple[Access, ...] | None = None, via: str = "") -> Principal:
    return Principal(
        "user",
        user.pk,
        user.username,
        user.is_sysadmin or user.is_sysadmin_by_group,
        user.authorization_version,
        access,
        is_auditor=user.is_auditor,
        via=via,
    )


def of_access_token(token: AccessToken, *, access: tuple[Access, ...] | None = None) -> Principal:
    """The user of a personal access token, narrowed to what the token is good for."""
    user = of_user(token.user)
    limit = None if token.limit is None else tuple(_limit(token.limit))
    return replace(
        user,
        access=access,
        limit=limit,
        access_token_id=token.pk,
        expires_at=token.expires_at.timestamp() if token.expires_at else None,
        via=f"access token {token.name}",
    )


def of_robot(robot: Robot, name: str, *, access: tuple[Access, ...] | None = None) -> Principal:
    """A robot under the name that it signs in with."""
    grants = tuple(_grant(each) for each in robot.grants.all())
    return Principal(
        kind="robot",
        id=robot.pk,
        name=name,
        is_sysadmin=False,
        authorization_version=robot.authorization_version,
        access=access,
        grants=grants,
        expires_at=robot.expires_at.timestamp() if robot.expires_at else None,
        via="robot",
    )


def _grant(row: RobotGrant) -> Grant:
    return Grant(frozenset(row.actions), row.project_id, row.covers_all_projects, row.repositories, row.tags)


def _limit(rows: list[dict[str, object]]) -> Iterable[Grant]:
    for row in rows:
        number = row.get("project_id")
        actions = row["actions"]
        assert isinstance(actions, list)
        yield Grant(frozenset(actions), number if isinstance(number, int) else None, number is None)
