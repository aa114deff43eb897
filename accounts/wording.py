"""The sentences of refusals. Users of docker read them, so they say what is missing and who can grant it."""

from collections.abc import Collection, Iterable, Iterator

from accounts import policy
from accounts.models import BuiltIn
from accounts.principals import Grant, Principal
from accounts.standings import Standing

ROLE_NAMES = {
    BuiltIn.PROJECT_ADMIN: "project admin",
    BuiltIn.MAINTAINER: "maintainer",
    BuiltIn.DEVELOPER: "developer",
    BuiltIn.GUEST: "guest",
    BuiltIn.LIMITED_GUEST: "limited guest",
}
REPOSITORY_PHRASES = {
    "repository:pull": "pull from",
    "repository:push": "push to",
    "artifact:delete": "delete artifacts of",
    "tag:delete": "delete tags of",
}
SYSTEM_PHRASES = {
    "project:create": "create projects",
    "role:list": "list roles",
    "self:update": "change this account",
    "user:search": "search for people",
    "system-catalog:read": "list all repositories",
    "system-configuration:read": "read the settings",
    "system-configuration:update": "change the settings",
    "system-project:create": "create projects",
    "system-storage:locate": "see where on the server files lie",
}
PLURALS = {"audit-log": "the audit log", "catalog": "the catalog", "purge-audit": "the purging of the audit log"}


def hidden(name: str, *, by: Principal) -> str:
    """The one sentence for a project or repository that is absent, and for one that its asker may not see.

    It knows nothing but who asked for which name, so it cannot tell the two apart."""
    if by.limit is not None:
        return f"{name} does not exist, or is not what this access token is good for"
    return f"{name} does not exist, or you may not see it: sign in (docker login) as a member of its project"


def phrase(action: str, project: str, repository: str) -> str:
    """An action in words: "push to library/app", "create member in project library"."""
    if action in SYSTEM_PHRASES:
        return SYSTEM_PHRASES[action]
    if action in REPOSITORY_PHRASES:
        return f"{REPOSITORY_PHRASES[action]} {repository or f'project {project}'}"
    if action in policy.SYSTEM:
        return _system_phrase(action)
    resource, verb = action.replace("-", " ").split(":")
    if resource == "project":
        return f"{verb} project {project}"
    return f"{verb} {resource} in {f'repository {repository}' if repository else f'project {project}'}"


def _system_phrase(action: str) -> str:
    """A system action in words: "create users", "list robots"."""
    resource, verb = action.removeprefix("system-").split(":")
    return f"{verb} {PLURALS.get(resource) or resource.replace('-', ' ') + 's'}"


def listed(words: Collection[str]) -> str:
    *first, last = sorted(words) or ["nothing"]
    return f"{', '.join(first)} and {last}" if first else last


def who(by: Principal) -> str:
    """What somebody is, apart from any project: "asks as user"."""
    if by.is_sysadmin:
        return "is a system admin"
    return f"asks as {by.kind}" + (", an auditor of the system" if by.is_auditor else "")


def standing_in_words(found: Standing) -> Iterator[str]:
    """Where each right in a project comes from: "guest", "developer by group ops, for team-a/**"."""
    for each in found.held:
        narrowing = narrowed([each.grant])
        yield f"{_role_name(each.role_id, each.says)}{f', {narrowing}' if narrowing else ''}"
    if not found.held:
        yield "anyone, since it is public" if found.is_public else "no member"


def narrowed(grants: Iterable[Grant]) -> str:
    """To what patterns narrow: "for repositories app/** and tags !release-*"; empty where they do not."""
    parts = []
    for grant in grants:
        places = [f"repositories {grant.repositories}"] if grant.repositories else []
        places += [f"tags {grant.tags}"] if grant.tags else []
        parts += [f"for {' and '.join(places)}"] if places else []
    return " or ".join(parts)


def held(by: Principal, found: Standing, project: str, allowed: Collection[str]) -> str:
    """What a standing in a project is good for: "guest in project library allows pull"."""
    if by.kind == "robot":
        return f"its permissions in project {project} allow {listed(allowed)}"
    if not found.held:
        return f"anyone may {listed(allowed)} in project {project}, but more takes a role there"
    names = " and ".join(dict.fromkeys(_role_name(each.role_id, each.says) for each in found.held))
    return f"{names} in project {project} allows {listed(allowed)}"


def who_can_change(by: Principal, project: str) -> str:
    if by.kind == "robot":
        return f"a project admin of {project}, or whoever made this robot, can change that"
    return f"a project admin of {project} can change that"


def _role_name(role_id: int | None, says: str) -> str:
    for role in BuiltIn:
        if role == role_id:
            return says.replace(role.label, ROLE_NAMES[role], 1)
    return says
