"""Which jobs a principal may see, with their logs: whoever watches over the job service sees all; others see those
of projects whose log they may read, and those they asked for, as long as they see the project."""

from django.db.models import Q, QuerySet

from accounts import projects
from accounts.audit_log import reading
from accounts.exceptions import NotAuthenticated
from accounts.permissions import may
from accounts.principals import Principal
from registry.exceptions import JobUnknown
from registry.jobs.askers import AS
from registry.models import Job

ALL_OF_THEM = "system-jobservice-monitor:list"


def visible_to(by: Principal) -> QuerySet[Job]:
    if by.is_anonymous:
        raise NotAuthenticated("sign in to see jobs")
    jobs = Job.objects.defer("arguments", "progress")  # which may be long, and are for the job alone
    if may(by, ALL_OF_THEM, None):
        return jobs
    asked_for = Q(principal=by.key) & (Q(project_id=None) | Q(project_id__in=projects.visible_to(by).values("pk")))
    if by.limit is not None:
        asked_for &= Q(**{f"arguments__{AS}": by.credential})
    return jobs.filter(asked_for | Q(project_id__in=reading.projects_of(by)))


def find(number: int, *, by: Principal) -> Job:
    """The job; absent and hidden ones are refused alike."""
    job = visible_to(by).filter(pk=number).first()
    if job is None:
        raise JobUnknown(f"there is no job {number}, or it is not yours to see")
    return job
