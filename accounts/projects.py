"""Projects: finding, making, opening to the public and deleting them."""

import re

from django.db import IntegrityError, transaction
from django.db.models import F, ProtectedError, Q, QuerySet

from accounts import audit, configuration, wording
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
    if by.is_sysadmin:
        raise ProjectUnknown(f"there is no project {name_or_id}")
    refusal = NotAuthenticated if by.is_anonymous else NotAllowed
    raise refusal(wording.hidden(str(name_or_id), by=by))


def sees_all(by: Principal) -> bool:
    """Whether no project is hidden from `by`, so that nobody need look which ones are."""
    if by.access is not None:
        return by.is_sysadmin and may(by, "system-catalog:read", None)
    everywhere = any(grant.covers_all_projects for grant in by.grants)
    return (by.is_sysadmin or by.is_auditor or everywhere) and _limited_to(by) is None


def visible_to(by: Principal) -> QuerySet[Project]:
    """The projects that `by` may see. A token that does not list the whole catalog narrows this
    to the public ones and those it carries an access to."""
    if sees_all(by):
        return Project.objects.all()
    sees_all_else = by.is_sysadmin or by.is_auditor
    seen = Q() if sees_all_else else Q(is_public=True)
    if not sees_all_else:
        seen |= Q(pk__in=Member.objects.filter(memberships(by)).values("project"))
        seen |= Q(pk__in=[grant.project_id for grant in by.grants if grant.project_id is not None])
    if (limited_to := _limited_to(by)) is not None:
        seen &= Q(is_public=True) | Q(pk__in=limited_to)
    if by.access is None:
        return Project.objects.filter(seen)
    carried = [entry.project_id for entry in by.access if entry.actions]
    return Project.objects.filter(seen & (Q(is_public=True) | Q(pk__in=carried)))


def _limited_to(by: Principal) -> list[int] | None:
    """The projects that an access token is for; None where one is for all, or none was shown."""
    if by.limit is None or any(part.covers_all_projects for part in by.limit):
        return None
    return [part.project_id for part in by.limit if part.project_id is not None]


@transaction.atomic
def create(name: str, *, is_public: bool, by: Principal) -> Project:
    """Make a project; the user who makes it becomes its first project admin."""
    everyone = configuration.get("project_creation_restriction") == "everyone"
    require(by, "project:create" if everyone and by.kind == "user" else "system-project:create", None)
    if not is_name(name):
        raise Invalid(
            f"a project name has 1 to {MAX_NAME_LENGTH} lower-case letters and digits, parted by single '.', '_' or '-'"
        )
    try:
        with transaction.atomic():
            project = Project.objects.create(name=name, is_public=is_public, owner_id=by.user_id)
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


@transaction.atomic
def set_public(project: Project, is_public: bool, *, by: Principal) -> None:  # noqa: FBT001 (the one thing it sets)
    require(by, "project:update", project)
    Project.objects.filter(pk=project.pk).update(is_public=is_public)
    raise_version(project)
    told = "made public" if is_public else "made private"
    audit.record(by, "update", "project", project.name, project, description=told)


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
            project.delete()
    except (ProtectedError, IntegrityError):  # the latter where a repository is made at this very moment
        raise ProjectInUse(f"project {project} still has repositories; delete them first") from None
