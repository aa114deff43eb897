"""/api/v2.0/permissions: what robots may be given."""

from collections.abc import Iterable, Mapping

from django.http import HttpResponse
from rest_framework.request import Request

from accounts import robot_grants
from console.api.base import View, answer


class Permissions(View):
    def get(self, request: Request) -> HttpResponse:
        levels = robot_grants.givable_by(self.by)
        return answer({level: _listed(actions) for level, actions in levels.items()})


def _listed(table: Mapping[str, Iterable[str]]) -> list[dict[str, str]]:
    return [{"resource": resource, "action": verb} for resource, verbs in table.items() for verb in verbs]
