"""/v2/<name>/manifests/<reference>"""

from django.http import HttpResponse
from rest_framework.request import Request

from accounts import audit
from registry.content import daily, hot, manifests, names, pulls, repositories, tags
from registry.content.hot import HotManifest
from registry.exceptions import ManifestUnknown, TagInvalid
from registry.oci import body
from registry.oci.routes import Route
from registry.oci.views.base import OCIView

MOST_TAGS = 100


class ManifestView(OCIView):
    def get(self, request: Request, route: Route) -> HttpResponse:
        names.reference(route.reference)
        claims = self.caller.claims
        row = hot.ask(hot.manifest(route.name, route.reference, claims.bearer if claims else None))
        found = HotManifest.of(row) if row else None
        self.admit_reading(found.rights if found else None, tag=names.tag_of(route.reference))
        if found is None:
            repositories.get(route.name)
            raise ManifestUnknown(f"{route.name} has no manifest {route.reference}")
        if body.is_known(request, found.digest):
            response = HttpResponse(status=304)
        else:
            response = HttpResponse(found.payload, content_type=found.media_type)
            self._note(request, route, found)
        response["ETag"] = f'"{found.digest}"'
        response["Docker-Content-Digest"] = found.digest
        return response

    def _note(self, request: Request, route: Route, found: HotManifest) -> None:
        """A HEAD only looks, whatever it asks for."""
        if request.method == "GET":
            by = pulls.bearer(self.caller.claims) if self.caller.claims else self.caller.principal
            pulls.note(found, pulls.resource(route.name, route.reference), by, audit.circumstances())

    def put(self, request: Request, route: Route) -> HttpResponse:
        reference = names.reference(route.reference)
        project, by = self.admit("repository:push", tag=names.tag_of(reference))
        also = [names.tag(each) for each in request.query_params.getlist("tag")]
        if len(also) > MOST_TAGS:
            raise TagInvalid(f"a manifest takes at most {MOST_TAGS} tags at once")
        for tag in also:
            self.admit("repository:push", tag=tag)
        content = body.small(request)
        repository = repositories.get_or_make(route.name, project)
        document = manifests.put(repository, reference, content, request.content_type, also=also, by=by)
        daily.pushed(project.pk)
        response = HttpResponse(status=201)
        response["Location"] = f"/v2/{route.name}/manifests/{document.digest}"
        response["Docker-Content-Digest"] = document.digest
        if document.subject:
            response["OCI-Subject"] = document.subject.digest
        if also:
            response["OCI-Tag"] = ", ".join(also)
        return response

    def delete(self, request: Request, route: Route) -> HttpResponse:  # noqa: ARG002
        tag = names.tag_of(names.reference(route.reference))
        _, by = self.admit("artifact:delete" if tag is None else "tag:delete", tag=tag)
        repository = repositories.get(route.name)
        (manifests if tag is None else tags).delete(repository, route.reference, by=by)
        return HttpResponse(status=202)
