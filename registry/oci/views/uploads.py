"""/v2/<name>/blobs/uploads/ and /v2/<name>/blobs/uploads/<id>

An upload's body comes in two steps: the server in front asks with `begin` whether it may come at all,
streams it to where the answer says, and calls again with the reception that it has filled. Rights
are asked both times."""

from django.http import HttpResponse
from rest_framework.request import Request

from accounts.exceptions import Refusal
from accounts.principals import Principal
from registry.content import blobs, digests, names, repositories, uploads
from registry.content.reception import Reception
from registry.exceptions import DigestInvalid, NameInvalid
from registry.models import Repository, Upload
from registry.oci import body, ranges
from registry.oci.body import Proceed
from registry.oci.routes import Route
from registry.oci.views.base import OCIView
from registry.rules import quotas


class UploadsView(OCIView):
    def post(self, request: Request, route: Route) -> HttpResponse:
        if (reception := body.received(request)) is not None:
            return self._finish(request, route, reception)
        project, by = self.admit("repository:push")
        repository = repositories.get_or_make(route.name, project)
        if "mount" in request.query_params and _is_mounted(request, repository, by):
            return _created(route.name, request.query_params["mount"])
        if "digest" in request.query_params:
            return self._whole(request, repository, by)
        return _standing(route.name, uploads.start(repository, by=by))

    def _finish(self, request: Request, route: Route, reception: Reception) -> HttpResponse:
        """The body is in. Where the right to send it went meanwhile, nobody could go on with this upload."""
        try:
            self.admit("repository:push")
        except Refusal:
            uploads.cancel(reception.upload)
            raise
        return _created(route.name, uploads.finish(reception, _digest(request)).digest)

    def _whole(self, request: Request, repository: Repository, by: Principal) -> HttpResponse:
        """A blob that comes in this one request."""
        digest = _digest(request)
        body.require_plain(request)
        reception = _begin(request, uploads.start(repository, by=by), digest=digest, keeps_cut=False)
        if body.is_begin(request):
            return Proceed(reception)
        return _created(repository.name, uploads.finish(body.fill(reception, request), digest).digest)


class UploadView(OCIView):
    def get(self, request: Request, route: Route) -> HttpResponse:  # noqa: ARG002
        return _standing(route.name, self._upload(route), status=204)

    def patch(self, request: Request, route: Route) -> HttpResponse:
        reception = self._received(request, route)
        return _standing(route.name, uploads.append(reception)) if isinstance(reception, Reception) else reception

    def put(self, request: Request, route: Route) -> HttpResponse:
        digest = _digest(request)
        reception = self._received(request, route, digest=digest)
        if isinstance(reception, Reception):
            return _created(route.name, uploads.finish(reception, digest).digest)
        return reception

    def delete(self, request: Request, route: Route) -> HttpResponse:  # noqa: ARG002
        uploads.cancel(self._upload(route))
        return HttpResponse(status=204)

    def _upload(self, route: Route) -> Upload:
        _, by = self.admit("repository:push")
        return uploads.get(route.name, route.reference, by=by)

    def _received(self, request: Request, route: Route, *, digest: str = "") -> Reception | Proceed:
        """The body, where it is in; else the word that it may come."""
        if (reception := body.received(request)) is not None:
            self.admit("repository:push")
            return reception
        upload = self._upload(route)
        body.require_plain(request)
        sent = request.META.get("HTTP_CONTENT_RANGE", "")
        at, length = ranges.chunk(sent, body.announced(request)) if sent else (None, None)
        reception = _begin(request, upload, at=at, digest=digest)
        reception.expected = length
        return Proceed(reception) if body.is_begin(request) else body.fill(reception, request)


def _begin(
    request: Request, upload: Upload, *, at: int | None = None, digest: str = "", keeps_cut: bool = True
) -> Reception:
    """The quota is asked before the bytes come, as far as is known how many those are."""
    uploads.require_place(upload, at)
    length = body.announced(request)
    if length:
        uploads.require_room(upload, length, digest=digest)
    reception = uploads.begin(upload, at=at, finishing=digests.algorithm(digest), keeps_cut=keeps_cut)
    if length is None:
        reception.ceiling = quotas.ceiling(upload.repository.project)
    return reception


def _is_mounted(request: Request, repository: Repository, by: Principal) -> bool:
    digest = digests.parse(request.query_params["mount"])
    source = request.query_params.get("from")
    try:
        return blobs.mount(repository, digest, None if source is None else names.repository(source), by=by)
    except NameInvalid:
        return False  # no such repository, so an ordinary upload


def _digest(request: Request) -> str:
    if "digest" not in request.query_params:
        raise DigestInvalid("the digest of the blob is missing: end an upload with ?digest=")
    return digests.parse(request.query_params["digest"])


def _standing(name: str, upload: Upload, *, status: int = 202) -> HttpResponse:
    response = HttpResponse(status=status)
    response["Location"] = f"/v2/{name}/blobs/uploads/{upload.pk}"
    response["Range"] = f"0-{max(upload.offset - 1, 0)}"
    response["Docker-Upload-UUID"] = str(upload.pk)
    return response


def _created(name: str, digest: str) -> HttpResponse:
    response = HttpResponse(status=201)
    response["Location"] = f"/v2/{name}/blobs/{digest}"
    response["Docker-Content-Digest"] = digest
    return response
