"""/api/v2.0/schedules: when which kinds of jobs are made, and whether that is paused."""

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.exceptions import Invalid
from accounts.permissions import require
from console.api import job_shapes, pagination
from console.api.base import View, answer, moment
from registry.jobs import monitor
from registry.models import Schedule

# Harbor numbers here what a schedule belongs to; ours belong to nothing else.
NOTHING = -1


class ScheduleList(View):
    def get(self, request: Request) -> HttpResponse:
        page = pagination.cut(request, monitor.schedules(by=self.by))
        return answer([shown(schedule) for schedule in page.rows], **page.headers)


class SchedulePaused(View):
    def get(self, request: Request, job_type: str) -> HttpResponse:
        require(self.by, monitor.LOOK, None)
        if job_type != "all":
            raise Invalid("this is told of all schedules together: ask for all")
        return answer({"paused": monitor.are_schedules_paused(by=self.by)})


def shown(schedule: Schedule) -> dict[str, object]:
    return {
        "id": schedule.pk,
        "vendor_type": job_shapes.type_of(schedule.kind),
        "vendor_id": NOTHING,
        "cron": schedule.cron,
        "update_time": moment(schedule.updated_at),
    }
