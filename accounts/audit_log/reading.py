"""Who may read which audit records."""

from django.db.models import Q, QuerySet

from accounts import projects
from accounts.exceptions import NotAuthenticated
from accounts.models import AuditRecord, Member, Project
from accounts.permissions import may
from accounts.principals import Principal
from accounts.standings import memberships, standings


def visible(by: Principal) -> QuerySet[AuditRecord]:
    """All records for those who may read the whole log, else those of the projects whose log `by` may read."""
    if by.is_anonymous:
        raise NotAuthenticated("sign in to see the audit log")
    if may(by, "system-audit-log:list", None):
        return AuditRecord.objects.all()
    return AuditRecord.objects.filter(project_id__in=projects_of(by))


def projects_of(by: Principal) -> list[int]:
    """The projects whose log `by` may read, by their numbers."""
    rows = list(_candidates(by))
    found = standings(by, rows)
    return [row.pk for row in rows if found[row.pk].allows("log:list")]


def of_project(project: Project) -> QuerySet[AuditRecord]:
    return AuditRecord.objects.filter(project_id=project.pk)


def _candidates(by: Principal) -> QuerySet[Project]:
    """The projects in which `by` may have that right: not all public ones, of which there may be many."""
    if by.is_sysadmin or by.is_auditor or any(grant.covers_all_projects for grant in by.grants):
        return projects.visible_to(by)
    granted = [grant.project_id for grant in by.grants if grant.project_id]
    member_of = Member.objects.filter(memberships(by)).values("project")
    return Project.objects.filter(Q(pk__in=member_of) | Q(pk__in=granted))
