"""/v2/<name>/blobs/<digest>"""

from typing import TypeVar

from django.http import HttpResponse
from rest_framework.request import Request

from registry.content import blobs, digests, hot, repositories
from registry.content.hot import HotBlob
from registry.exceptions import RangeInvalid
from registry.oci import body, ranges
from registry.oci.body import BlobResponse, SentFile
from registry.oci.ranges import Part
from registry.oci.routes import Route
from registry.oci.views.base import OCIView

Answer = TypeVar("Answer", HttpResponse, BlobResponse)


class BlobView(OCIView):
    def get(self, request: Request, route: Route) -> HttpResponse | BlobResponse:
        digest = digests.parse(route.reference)
        claims = self.caller.claims
        row = hot.ask(hot.blob(route.name, digest, claims.bearer if claims else None))
        found = HotBlob.of(row) if row else None
        self.admit_reading(found.rights if found else None)
        size = found.size if found else blobs.readable(repositories.get(route.name), digest).size
        if body.is_known(request, digest):
            return _named(HttpResponse(status=304), digest)
        try:
            part = ranges.requested(request.META.get("HTTP_RANGE", ""), size) if body.is_of(request, digest) else None
        except RangeInvalid as refusal:
            response = self.handle_exception(refusal)
            response["Content-Range"] = f"bytes */{size}"
            return response
        return _named(_sent(digest, part or Part(0, size, size), is_partial=part is not None), digest)

    def delete(self, request: Request, route: Route) -> HttpResponse:  # noqa: ARG002
        digest = digests.parse(route.reference)
        _, by = self.admit("artifact:delete")
        blobs.unlink(repositories.get(route.name), digest, by=by)
        return HttpResponse(status=202)


def _sent(digest: str, part: Part, *, is_partial: bool) -> BlobResponse:
    file = blobs.file_of(digest, part.size)
    response = BlobResponse(
        blobs.stream(digest, part.start, part.count),
        file=SentFile(file, part.start, part.count) if file else None,
        status=206 if is_partial else 200,
        content_type="application/octet-stream",
    )
    response["Content-Length"] = str(part.count)
    response["Accept-Ranges"] = "bytes"
    if is_partial:
        response["Content-Range"] = part.header
    return response


def _named(response: Answer, digest: str) -> Answer:
    response["ETag"] = f'"{digest}"'
    response["Docker-Content-Digest"] = digest
    return response
