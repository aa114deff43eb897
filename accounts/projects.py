"""Projects: finding, making, changing and deleting them."""

import re
from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.db.models import F, ProtectedError, Q, QuerySet

from accounts import audit, configuration, metadatas, policy, wording
from accounts.exceptions import Invalid, NotAllowed, NotAuthenticated, ProjectExists, ProjectInUse, ProjectUnknown
from accounts.models import BuiltIn, Member, Project
from accounts.permissions import may, require, sees
from accounts.principals import SYSTEM, Principal
from accounts.standings import memberships

NAME = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
MAX_NAME_LENGTH = 255


def is_name(text: str) -> bool:
    return 0 < len(text) <= MAX_NAME_LENGTH and NAME.fullmatch(text) is not None


def find(name: str) -> Project | None:
    """The project of this name, whoever asks; None where there is none, or could not be."""
    return Project.objects.filter(name=name).first() if is_name(name) else None


def get(name_or_id: str | int, *, by: Principal) -> Project:
    """The project, for one who may see it. Absent and hidden ones are refused alike, save to system admins."""
    found = find(name_or_id) if isinstance(name_or_id, str) else Project.objects.filter(pk=name_or_id).first()
    if found and sees(by, found):
        return found
    if by.is_told_all:
        raise ProjectUnknown(f"there is no project {name_or_id}")
    refusal = NotAuthenticated if by.is_anonymous else NotAllowed
    raise refusal(wording.hidden(str(name_or_id), by=by))


def sees_all(by: Principal) -> bool:
    """Whether no project is hidden from `by`, so that nobody need look which ones are."""
    if _limited_to(by) is not None:
        return False
    if by.access is not None:
        return by.is_sysadmin and may(by, "system-catalog:read", None)
    return _roles_show_all(by)


def visible_to(by: Principal) -> QuerySet[Project]:
    """The projects that `by` may see. A token that does not list the whole catalog narrows this to the public
    ones and those it carries an access to; so does an access token that is good for some projects only."""
    if sees_all(by):
        return Project.objects.all()
    seen = Q() if _roles_show_all(by) else _seen_by_role(by)
    if by.access is not None:
        seen &= Q(is_public=True) | Q(pk__in=[entry.project_id for entry in by.access if entry.actions])
    if (limited_to := _limited_to(by)) is not None:
        seen &= Q(is_public=True) | Q(pk__in=limited_to)
    return Project.objects.filter(seen)


def _limited_to(by: Principal) -> list[int] | None:
    """The projects that an access token is for; None where one is for all, or none was shown."""
    if by.limit is None:
        return None
    in_projects = [grant for grant in by.limit if grant.actions & policy.POLICY.keys()]
    if any(grant.covers_all_projects for grant in in_projects):
        return None
    return [grant.project_id for grant in in_projects if grant.project_id is not None]


def _roles_show_all(by: Principal) -> bool:
    return by.is_sysadmin or by.is_auditor or any(grant.covers_all_projects for grant in by.grants)


def _seen_by_role(by: Principal) -> Q:
    members = Member.objects.filter(memberships(by))
    granted = [grant.project_id for grant in by.grants if grant.project_id is not None]
    return Q(is_public=True) | Q(pk__in=members.values("project")) | Q(pk__in=granted)


def joined_by(by: Principal) -> QuerySet[Project]:
    """Those that `by` is a member of, itself or by a group."""
    return Project.objects.filter(pk__in=Member.objects.filter(memberships(by)).values("project"))


def creating(by: Principal) -> str:
    """The action that it is for `by`: what everybody may do, or system admins."""
    everyone = configuration.get("project_creation_restriction") == "everyone"
    return "project:create" if everyone and by.kind == "user" else "system-project:create"


@transaction.atomic
def create(name: str, *, is_public: bool = False, metadata: Mapping[str, str] | None = None, by: Principal) -> Project:
    """Make a project; the user who makes it becomes its first project admin. What `metadata` says of `public`
    counts more."""
    require(by, creating(by), None)
    if not is_name(name):
        raise Invalid(
            f"a project name has 1 to {MAX_NAME_LENGTH} lower-case letters and digits, parted by single '.', '_' or '-'"
        )
    given = metadatas.check(metadata or {})
    is_public = given.pop(metadatas.PUBLIC, str(is_public).lower()) == "true"
    try:
        with transaction.atomic():
            project = Project.objects.create(name=name, is_public=is_public, metadata=given, owner_id=by.user_id)
    except IntegrityError:
        raise ProjectExists(f"a project {name} exists already") from None
    if by.user_id is not None:
        Member.objects.create(project=project, user_id=by.user_id, role_id=BuiltIn.PROJECT_ADMIN)
    audit.record(by, "create", "project", name, project)
    return project


def make_library() -> Project:
    """The public project `library`, which every installation begins with."""
    try:
        return find("library") or create("library", is_public=True, by=SYSTEM)
    except ProjectExists:
        return Project.objects.get(name="library")


def change(project: Project, metadata: Mapping[str, str], *, by: Principal) -> None:
    """Set these metadata; what is not named stays."""
    require(by, "project:update", project)
    metadatas.put(project, metadata, by=by)


def set_public(project: Project, is_public: bool, *, by: Principal) -> None:  # noqa: FBT001 (the one thing it sets)
    change(project, {metadatas.PUBLIC: str(is_public).lower()}, by=by)


def hold(project: Project) -> Project:
    """The row as it is now, which nobody else changes until the commit."""
    return Project.objects.select_for_update().get(pk=project.pk)


def raise_version(project: Project) -> None:
    """Make every token that was granted here before be checked in full. In the transaction of its cause."""
    Project.objects.filter(pk=project.pk).update(authorization_version=F("authorization_version") + 1)
    project.refresh_from_db()


def delete(project: Project, *, by: Principal) -> None:
    """Delete a project that has no repositories. Tokens for it are worthless even if its name is taken again."""
    require(by, "project:delete", project)
    try:
        with transaction.atomic():
            audit.record(by, "delete", "project", project.name, project)
            if not project.delete()[0]:
                raise ProjectUnknown(f"the project {project} was deleted a moment ago")
    except (ProtectedError, IntegrityError):  # the latter where a repository is made at this very moment
        raise ProjectInUse(f"project {project} still has repositories; delete them first") from None
