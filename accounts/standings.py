"""What one principal is in one project, as the database says now: the roles and grants that count there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django.db.models import Q

from accounts import patterns, policy
from accounts.models import Member, Project
from accounts.principals import Grant, Principal


@dataclass(frozen=True)
class Held:
    """A grant that counts in a project, and whence it comes: "developer", "developer by group ops"."""

    says: str
    grant: Grant
    role_id: int | None = None

    def covers(self, action: str, repository: str, tag: str | None) -> bool:
        """A right narrowed to some repositories covers what lies in those, and that there are such. What
        names no tag is not narrowed by tags."""
        grant = self.grant
        if action not in grant.actions:
            return False
        if grant.repositories and not self._reaches(action, repository):
            return False
        return tag is None or patterns.matches(grant.tags, tag)

    def _reaches(self, action: str, repository: str) -> bool:
        if repository:
            below = repository.partition("/")[2]
            return policy.lies_in_repositories(action) and patterns.matches(self.grant.repositories, below)
        return action in ("project:read", "repository:list", "artifact:list")


@dataclass(frozen=True)
class Standing:
    """The sum of it. `limit` is what the credential at hand is good for in this project; None is no limit."""

    is_sysadmin: bool
    is_auditor: bool
    is_public: bool
    held: tuple[Held, ...] = ()
    limit: frozenset[str] | None = None

    def allows(self, action: str, repository: str = "", tag: str | None = None) -> bool:
        if self.limit is not None and action not in self.limit and not (self.is_public and action in policy.PUBLIC):
            return False
        return self.roles_allow(action, repository, tag)

    def roles_allow(self, action: str, repository: str = "", tag: str | None = None) -> bool:
        """The same, but for the limit of the credential."""
        if self.is_sysadmin or (self.is_auditor and policy.is_reading(action)):
            return True
        if self.is_public and action in policy.PUBLIC:
            return True
        return any(each.covers(action, repository, tag) for each in self.held)

    def allows_throughout(self, action: str) -> bool:
        """Whether it is allowed for all repositories and tags there are or will be."""
        whole = replace(self, held=tuple(each for each in self.held if not _is_narrowed(each.grant)))
        return whole.allows(action)

    @property
    def sees(self) -> bool:
        """An access token that is good for nothing here hides the project too, unless anyone may see it."""
        if self.limit is not None and not self.limit and not self.is_public:
            return False
        return self.roles_allow("project:read") or bool(self.held)

    @property
    def role_ids(self) -> list[int]:
        """The roles held in all of the project, the one that may most first; custom ones last."""
        found = {each.role_id for each in self.held if each.role_id and not _is_narrowed(each.grant)}
        return [*(number for number in policy.ORDER if number in found), *sorted(found - {*policy.ORDER})]

    @property
    def is_narrowed(self) -> bool:
        """Whether some repositories of the project may be hidden here, so that lists must look at each."""
        return not self.reaches_all("repository:list")

    def reaches_all(self, action: str) -> bool:
        """Whether it is allowed in all repositories there are or will be."""
        whole = replace(self, held=tuple(each for each in self.held if not each.grant.repositories))
        return whole.allows(action)

    def token_actions(self, repository: str = "") -> frozenset[str]:
        """What a token for this repository may carry at most."""
        in_project = {action: word for action, word in policy.TOKEN_ACTIONS.items() if action in policy.POLICY}
        refused = {word for action, word in in_project.items() if not self.allows(action, repository)}
        return frozenset(in_project.values()) - refused

    def is_tag_narrowed(self, repository: str) -> bool:
        """Whether some of what a token may carry here is for some tags only."""
        if self.is_sysadmin:
            return False
        whole = replace(self, held=tuple(each for each in self.held if not each.grant.tags))
        return any(
            self.allows(action, repository) and not whole.roles_allow(action, repository)
            for action in policy.TOKEN_ACTIONS
            if action in policy.POLICY
        )


def standing(by: Principal, project: Project) -> Standing:
    return standings(by, [project])[project.pk]


def standings(by: Principal, projects: Iterable[Project]) -> dict[int, Standing]:
    """The standing in each of the projects, by one query for all."""
    projects = list(projects)
    held = {project.pk: [*_brought(by, project)] for project in projects}
    if by.user_id is not None and not by.is_sysadmin:
        rows = Member.objects.filter(memberships(by), project__in=list(held)).select_related("role", "group")
        for row in rows.order_by("pk").distinct():
            held[row.project_id].append(_of_member(row))
    return {
        project.pk: Standing(
            by.is_sysadmin, by.is_auditor, project.is_public, tuple(held[project.pk]), _limit(by, project)
        )
        for project in projects
    }


def grants(by: Principal) -> list[Grant]:
    """All that roles give it and that it brings along, in whatever project."""
    if by.user_id is None:
        return list(by.grants)
    rows = Member.objects.filter(memberships(by)).select_related("role", "group")
    return [_of_member(row).grant for row in rows.order_by("pk").distinct()]


def memberships(by: Principal) -> Q:
    """Which rows of Member speak of this principal: its own and those of its groups."""
    if by.user_id is None:
        return Q(pk=None)
    return Q(user_id=by.user_id) | Q(group__user_memberships__user_id=by.user_id)


def _brought(by: Principal, project: Project) -> Iterator[Held]:
    """What a robot brings with it."""
    return (Held("robot", grant) for grant in by.grants if _concerns(grant, project))


def _of_member(row: Member) -> Held:
    actions = policy.actions_of(row.role)
    grant = Grant(actions, row.project_id, repositories=row.repositories, tags=row.tags)
    return Held(f"{row.role} by group {row.group}" if row.group else str(row.role), grant, row.role_id)


def _limit(by: Principal, project: Project) -> frozenset[str] | None:
    """Of what it is good for in all of the system only what is done in projects counts here."""
    if by.limit is None:
        return None
    return frozenset().union(*(grant.actions & policy.POLICY.keys() for grant in by.limit if _concerns(grant, project)))


def _concerns(grant: Grant, project: Project) -> bool:
    return grant.covers_all_projects or grant.project_id == project.pk


def _is_narrowed(grant: Grant) -> bool:
    return bool(grant.repositories or grant.tags)
