"""The sentences of refusals. Users of docker read them, so they say what is missing and who can grant it."""

from collections.abc import Collection

from accounts.models import Role

ROLE_NAMES = {
    Role.PROJECT_ADMIN: "project admin",
    Role.MAINTAINER: "maintainer",
    Role.DEVELOPER: "developer",
    Role.GUEST: "guest",
    Role.LIMITED_GUEST: "limited guest",
}
REPOSITORY_PHRASES = {
    "repository:pull": "pull from",
    "repository:push": "push to",
    "artifact:delete": "delete artifacts of",
    "tag:delete": "delete tags of",
}
SYSTEM_PHRASES = {
    "catalog:list-all": "list all repositories",
    "project:create": "create projects",
    "project:create-restricted": "create projects",
    "self:update": "change this account",
    "setting:read": "read the settings",
    "setting:update": "change the settings",
    "user:create": "create users",
    "user:list": "list users",
    "user:update": "change users",
}


def hidden(name: str) -> str:
    """The one sentence for a project or repository that is absent, and for one that its asker may not see.

    It knows nothing but the name that was asked for, so it cannot tell the two apart."""
    return f"{name} does not exist, or you may not see it: sign in (docker login) as a member of its project"


def phrase(action: str, project: str, repository: str) -> str:
    """An action in words: "push to library/app", "create member in project library"."""
    if action in SYSTEM_PHRASES:
        return SYSTEM_PHRASES[action]
    if action in REPOSITORY_PHRASES:
        return f"{REPOSITORY_PHRASES[action]} {repository or f'project {project}'}"
    resource, verb = action.replace("-", " ").split(":")
    if resource == "project":
        return f"{verb} project {project}"
    return f"{verb} {resource} in {f'repository {repository}' if repository else f'project {project}'}"


def listed(words: Collection[str]) -> str:
    *first, last = sorted(words) or ["nothing"]
    return f"{', '.join(first)} and {last}" if first else last


def role_in_words(role: Role | None, *, is_public: bool) -> str:
    """Where a right in a project comes from: "guest", "anyone, since it is public"."""
    if role is not None:
        return ROLE_NAMES[role]
    return "anyone, since it is public" if is_public else "no member"


def role_says(role: Role | None, project: str, allowed: Collection[str]) -> str:
    """What a standing in a project is good for: "guest in project library allows pull"."""
    if role is None:
        return f"anyone may {listed(allowed)} in project {project}, but more takes a role there"
    return f"{ROLE_NAMES[role]} in project {project} allows {listed(allowed)}"
