"""Whether a caller may do something to a repository: in full, or by a token whose grounds have not changed."""

from accounts import projects
from accounts.exceptions import NotAuthenticated
from accounts.models import Project
from accounts.permissions import require
from accounts.principals import Principal
from accounts.tokens.jwt import Claims
from registry.content import names
from registry.content.hot import Rights
from registry.oci.authentication import Caller
from registry.rules import read_only

WRITES = frozenset({"repository:push", "artifact:delete", "tag:delete"})


def covers(claims: Claims | None, name: str, action: str, rights: Rights) -> bool:
    """Whether the token alone is ground enough: it was granted this action here, for this very project,
    and neither the project's members and visibility nor its bearer have changed since. What is allowed for
    some tags only is looked at in full."""
    if claims is None or (entry := claims.carries(name, action)) is None:
        return False
    return (
        not entry.is_tag_narrowed
        and entry.project_id == rights.project_id
        and entry.project_version == rights.project_version
        and (claims.bearer.id is None or claims.version == rights.version)
    )


def admit(caller: Caller, action: str, name: str, *, tag: str | None = None) -> tuple[Project, Principal]:
    """Ask everything anew: who it is, which role that is now, and what the token carries; `tag` is the one
    that the request names. Raises the refusal; nothing is answered without a credential, even on a public project."""
    names.repository(name)
    if not caller.scheme:
        raise NotAuthenticated(f"{name} takes a token, even where it is public; or sign in (docker login)")
    project = projects.find(names.project_of(name))
    require(caller.principal, action, project, repository=name, tag=tag)
    if action in WRITES:
        read_only.check()
    assert project is not None  # require refuses where there is none
    return project, caller.principal
