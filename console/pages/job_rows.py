"""Jobs as pages show them: in words, with who asked for each and in which project, and how far it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts import robots
from accounts.models import Project, Robot, User
from accounts.principals import SYSTEM
from console import job_words
from console.job_words import State
from registry.models import Job, JobState


@dataclass(frozen=True)
class Shown:
    """`asked_by` and `project` are names, empty where there is none, or none any more."""

    job: Job
    asked_by: str
    project: str

    @property
    def name(self) -> str | Promise:
        return job_words.of_kind(self.job.kind)

    @property
    def url(self) -> str:
        return f"/jobs/{self.job.pk}"

    @property
    def state(self) -> State:
        is_stopping = self.job.stop_asked and not self.job.is_over
        return job_words.STOPPING if is_stopping else job_words.STATES[self.job.state]

    @property
    def is_begun(self) -> bool:
        """Whether its bar says anything."""
        return self.job.total is not None and self.job.state != JobState.PENDING

    @property
    def seconds(self) -> float | None:
        """How long it took, or takes by now."""
        if self.job.started_at is None:
            return None
        return max(((self.job.ended_at or timezone.now()) - self.job.started_at) / timedelta(seconds=1), 0)

    @property
    def part(self) -> tuple[int, int | None]:
        """How much is done of how much: by bytes where those are known."""
        job = self.job
        return (job.done_size, job.total_size) if job.total_size else (job.done, job.total)

    @property
    def rate(self) -> float | None:
        """How much of that in a second, on average; None where nothing was done or no time has passed."""
        done = self.part[0]
        return done / self.seconds if done and self.seconds else None

    @property
    def seconds_left(self) -> float | None:
        done, total = self.part
        if self.job.state != JobState.RUNNING or not total or not self.rate:
            return None
        return max(total - done, 0) / self.rate


def shown(jobs: Sequence[Job]) -> list[Shown]:
    """By as many queries for many as for one."""
    asking = _names([job.principal for job in jobs])
    wanted = {job.project_id for job in jobs if job.project_id is not None}
    projects = dict(Project.objects.filter(pk__in=wanted).values_list("pk", "name"))
    return [Shown(job, asking.get(job.principal, ""), projects.get(job.project_id or 0, "")) for job in jobs]


def _names(keys: Sequence[str]) -> dict[str, str]:
    """What those are called whom jobs know by their keys."""
    numbers: dict[str, set[int]] = {"user": set(), "robot": set()}
    for key in keys:
        kind, _colon, number = key.partition(":")
        if kind in numbers and number.isdecimal():
            numbers[kind].add(int(number))
    people = User.objects.filter(pk__in=numbers["user"]).values_list("pk", "username")
    programs = Robot.objects.filter(pk__in=numbers["robot"]).select_related("project")
    return {
        SYSTEM.key: _("the system"),
        **{f"user:{pk}": name for pk, name in people},
        **{f"robot:{robot.pk}": robots.name_of(robot) for robot in programs},
    }
