"""Whether the process answers (/ping), whether all that it stands on works (/health), and which API this is."""

from django.http import HttpResponse
from rest_framework.request import Request

from console.api.base import View, answer
from registry.upkeep.checkup import checkup


class Health(View):
    authentication_classes = ()

    def get(self, request: Request) -> HttpResponse:
        components = [_component(name, problem) for name, problem in checkup.problems().items()]
        is_healthy = all(each["status"] == "healthy" for each in components)
        return answer({"status": "healthy" if is_healthy else "unhealthy", "components": components})


def _component(name: str, problem: str) -> dict[str, str]:
    if problem:
        return {"name": name, "status": "unhealthy", "error": problem}
    return {"name": name, "status": "healthy"}


class Ping(View):
    """Asks nothing of anybody: it answers while the process does."""

    authentication_classes = ()

    def get(self, request: Request) -> HttpResponse:
        return HttpResponse("Pong", content_type="text/plain; charset=utf-8")


class Version(View):
    authentication_classes = ()

    def get(self, request: Request) -> HttpResponse:
        return answer({"version": "v2.0"})
