"""/api/v2.0/projects/<project>/repositories/<repository>/artifacts"""

import re

from django.http import HttpResponse
from rest_framework.request import Request

from accounts import projects
from accounts.exceptions import Invalid
from accounts.permissions import require
from accounts.principals import Principal
from console.api import places
from console.api.base import View, created
from registry.content import artifacts, copies, names, repositories
from registry.models import Artifact
from registry.rules import read_only

SOURCE = re.compile(r"(?P<project>[^/:@]+)/(?P<rest>[^:@]+)(?:@(?P<digest>.+)|:(?P<tag>.+))")


class ArtifactList(View):
    def post(self, request: Request, project_name: str, repository_name: str) -> HttpResponse:
        """Copy an artifact to here: `from=library/app:1.0`, or `from=library/app@sha256:…`."""
        place = places.admit(self.by, "artifact:create", project_name, repository_name)
        read_only.check()
        source = _source(request.query_params.get("from", ""), by=self.by)
        copied = copies.copy(source, repositories.get_or_make(place.name, place.project), by=self.by)
        return created(f"{places.path(place.name)}/artifacts/{copied.digest}")


def _source(named: str, *, by: Principal) -> Artifact:
    """What is to be copied, for one who may pull it."""
    parts = SOURCE.fullmatch(named)
    if parts is None:
        raise Invalid("from must be of the form project/repository:tag or project/repository@digest")
    project = projects.get(parts["project"], by=by)
    name = names.repository(f"{parts['project']}/{parts['rest']}")
    require(by, "repository:pull", project, repository=name, tag=parts["tag"])
    return artifacts.find(project, name, names.reference(parts["digest"] or parts["tag"]))
