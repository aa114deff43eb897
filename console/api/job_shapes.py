"""Jobs, their logs and schedules as Harbor describes them."""

import json
from collections.abc import Collection
from typing import Any

from django.http import StreamingHttpResponse
from rest_framework.serializers import CharField, ChoiceField, Serializer

from accounts.principals import SYSTEM
from console.api import query
from console.api.base import Text, moment
from console.api.query import Column
from registry.jobs import transcript
from registry.models import Job, JobState, Schedule

STATUSES = {
    JobState.PENDING: "Pending",
    JobState.RUNNING: "Running",
    JobState.SUCCEEDED: "Success",
    JobState.FAILED: "Error",
    JobState.STOPPED: "Stopped",
}
# The kinds of schedules that clients know by name, and when they are due.
CRONS = {"Hourly": "0 0 * * * *", "Daily": "0 0 0 * * *", "Weekly": "0 0 0 * * 0"}
NOW, NEVER = "Manual", "None"
COLUMNS = {
    "id": Column("pk", query.whole),
    "creation_time": Column("created_at", query.time),
    "update_time": Column("ended_at", query.time),
}


# What Harbor calls a kind that both have; others are called as here, in capitals.
TYPES = {"purge_audit": "PURGE_AUDIT_LOG"}
KINDS = {name: kind for kind, name in TYPES.items()}


class ScheduleBody(Serializer[Any]):
    class When(Serializer[Any]):
        type = ChoiceField(choices=[*CRONS, "Custom", "Schedule", NOW, NEVER])
        cron = Text()
        next_scheduled_time = CharField(default="", allow_blank=True)

    schedule = When()


def type_of(kind: str) -> str:
    return TYPES.get(kind, kind.upper())


def kind_of(job_type: str) -> str:
    return KINDS.get(job_type.upper(), job_type.lower())


def shown(job: Job, name: str, parameters: Collection[str]) -> dict[str, object]:
    """One run; of its arguments those that the client gave."""
    is_scheduled = job.principal == SYSTEM.key
    return {
        "id": job.pk,
        "job_name": name,
        "job_kind": "SCHEDULE" if is_scheduled else "MANUAL",
        "job_parameters": _parameters(job.arguments, parameters),
        "job_status": STATUSES[JobState(job.state)],
        "schedule": {"type": "Schedule" if is_scheduled else NOW},
        "deleted": False,
        "creation_time": moment(job.created_at),
        "update_time": moment(job.ended_at or job.started_at or job.created_at),
    }


def shown_schedule(schedule: Schedule | None, name: str, parameters: Collection[str]) -> dict[str, object]:
    if schedule is None:
        return {"schedule": {"type": NEVER}}
    return {
        "id": schedule.pk,
        "job_name": name,
        "job_kind": "SCHEDULE",
        "job_parameters": _parameters(schedule.arguments, parameters),
        "schedule": {
            "type": schedule.arguments.get("schedule_type", "Custom"),
            "cron": schedule.cron,
            "next_scheduled_time": moment(schedule.next_at),
        },
        "deleted": False,
    }


def log(job: Job, *, after: int = 0) -> StreamingHttpResponse:
    return StreamingHttpResponse(transcript.pieces(job, after=after), content_type="text/plain; charset=utf-8")


def _parameters(arguments: dict[str, Any], names: Collection[str]) -> str:
    """As the client sent them; what it left empty is left out."""
    return json.dumps({name: arguments[name] for name in names if arguments.get(name, "") != ""})
