"""/api/v2.0/statistics"""

from dataclasses import asdict

from django.http import HttpResponse
from rest_framework.request import Request

from console.api.base import View, answer
from registry.content import statistics


class Statistics(View):
    def get(self, request: Request) -> HttpResponse:
        return answer(asdict(statistics.seen(by=self.by)))
