"""What somebody should look after before it hurts: jobs that failed, robots that expire, quotas that are nearly
full, a directory that does not answer, an audit log that was altered. To each what they can do something about."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from accounts import configuration, projects
from accounts.audit_log import chain
from accounts.models import AuditAnchor, Robot
from accounts.permissions import may
from accounts.principals import SYSTEM, Principal
from accounts.standings import standings
from registry.models import OVER, Job, JobState, ProjectUsage
from registry.rules import quotas

EXPIRING = timedelta(days=14)
# What is older than that nobody mends any more.
RECENT = timedelta(days=7)
FULL_PERCENT = 90
MOST = 5
REFRESH, SEAL = "refresh_people", "seal_audit"


@dataclass(frozen=True)
class Attention:
    """The first MOST of each. `directory` and `seals` are the jobs that failed last, where they did."""

    jobs: list[Job]
    robots: list[Robot]
    quotas: list[ProjectUsage]
    directory: Job | None = None
    seals: Job | None = None
    is_chain_altered: bool = False

    def __bool__(self) -> bool:
        return bool(self.jobs or self.robots or self.quotas or self.directory or self.seals or self.is_chain_altered)


def needed(*, by: Principal) -> Attention:
    mine = _administered(by)
    looks_after_log = may(by, "system-audit-log:list", None)
    return Attention(
        list(_failed(by)[:MOST]),
        list(_expiring(mine, by)[:MOST]),
        list(_full(mine, by)[:MOST]),
        _failed_last(REFRESH) if _has_directory(by) else None,
        _failed_last(SEAL) if looks_after_log else None,
        looks_after_log and _is_chain_altered(),
    )


def _administered(by: Principal) -> list[int]:
    """The projects in which `by` may change robots, by their numbers."""
    rows = list(projects.joined_by(by))
    found = standings(by, rows)
    return [row.pk for row in rows if found[row.pk].allows("robot:update")]


def _failed(by: Principal) -> QuerySet[Job]:
    """What failed of late; of the system's own jobs those that nothing has made good since."""
    if not may(by, "system-jobservice-monitor:list", None):
        return Job.objects.none()
    since = timezone.now() - RECENT
    made_good = Job.objects.filter(kind=OuterRef("kind"), state=JobState.SUCCEEDED, ended_at__gt=OuterRef("ended_at"))
    failed = Job.objects.filter(state=JobState.FAILED, ended_at__gt=since).exclude(kind__in=(REFRESH, SEAL))
    again = Job.objects.filter(Exists(made_good), principal=SYSTEM.key)
    return failed.exclude(pk__in=again.values("pk")).order_by("-ended_at")


def _expiring(mine: list[int], by: Principal) -> QuerySet[Robot]:
    now = timezone.now()
    rows = Robot.objects.filter(is_disabled=False, expires_at__gt=now - RECENT, expires_at__lt=now + EXPIRING)
    if not may(by, "system-robot:list", None):
        rows = rows.filter(project__in=mine)
    return rows.select_related("project").order_by("expires_at")


def _full(mine: list[int], by: Principal) -> QuerySet[ProjectUsage]:
    if not quotas.are_enforced():
        return ProjectUsage.objects.none()
    rows = ProjectUsage.objects.filter(hard__gt=0, used__gte=F("hard") * FULL_PERCENT / 100)
    if not may(by, "system-quota:list", None):
        rows = rows.filter(project__in=mine)
    return rows.select_related("project").order_by("-used")


def _has_directory(by: Principal) -> bool:
    return may(by, "system-configuration:read", None) and configuration.get("auth_mode") == "ldap_auth"


def _failed_last(kind: str) -> Job | None:
    """The last job of the kind that is over, where it failed."""
    last = Job.objects.filter(kind=kind, state__in=OVER).order_by("-ended_at").first()
    return last if last and last.state == JobState.FAILED else None


def _is_chain_altered() -> bool:
    end = AuditAnchor.objects.filter(is_purge=False).first()
    return end is not None and not chain.is_vouched(end)
