"""/api/v2.0/refusals/<id>: why something was refused, by the id at the end of its message."""

from django.http import HttpResponse
from rest_framework.request import Request

from accounts import refusals
from console.api.base import View, answer, moment


class RefusalDetail(View):
    def get(self, request: Request, refusal_id: str) -> HttpResponse:
        record = refusals.get(refusal_id, by=self.by)
        return answer(
            {
                "id": record.pk,
                "time": moment(record.at),
                "principal": record.principal,
                "action": record.action,
                "project_id": record.project_id or 0,
                "resource": record.resource,
                "message": record.message,
                "reasons": record.reasons,
                "client_address": record.client_address,
                "request_id": record.request_id,
            }
        )
