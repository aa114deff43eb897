"""The lists of /v2: tags, the catalog, referrers. Pages go by name or digest: `n` at most, behind `last`."""

import json
from collections.abc import Iterator
from urllib.parse import urlencode

from django.http import HttpResponse, StreamingHttpResponse
from rest_framework.request import Request

from accounts.exceptions import NotAuthenticated
from registry.content import digests, hot, media_types, referrers, repositories, tags
from registry.content.hot import HotRepository
from registry.exceptions import PageInvalid, RepositoryUnknown
from registry.oci.routes import Route
from registry.oci.views.base import OCIView

MOST = 1000
PAGE = 5000
LONGEST_NAME = 255


class TagsView(OCIView):
    def get(self, request: Request, route: Route) -> HttpResponse | StreamingHttpResponse:
        claims = self.caller.claims
        row = hot.ask(hot.repository(route.name, claims.bearer if claims else None))
        found = HotRepository.of(row) if row else None
        self.admit_reading(found.rights if found else None)
        repository_id = found.id if found else repositories.get(route.name).pk
        size, after = _page(request)
        if size is None:
            pieces = _all_tags(route.name, repository_id, after)
            return StreamingHttpResponse(pieces, content_type="application/json")
        listed = list(tags.named(repository_id, after=after)[: size + 1]) if size else []
        response = _json({"name": route.name, "tags": listed[:size]})
        if len(listed) > size:
            _link(response, f"/v2/{route.name}/tags/list", n=size, last=listed[size - 1])
        return response


class CatalogView(OCIView):
    def get(self, request: Request, route: Route) -> HttpResponse:  # noqa: ARG002
        if not self.caller.scheme:
            raise NotAuthenticated("the catalog takes a signed-in user")
        size, after = _page(request)
        size = MOST if size is None else size
        listed = repositories.listed(self.caller.principal).filter(name__gt=after).values_list("name", flat=True)
        found = list(listed[: size + 1]) if size else []
        response = _json({"repositories": found[:size]})
        if len(found) > size:
            _link(response, "/v2/_catalog", n=size, last=found[size - 1])
        return response


class ReferrersView(OCIView):
    def get(self, request: Request, route: Route) -> HttpResponse:
        digest = digests.parse(route.reference)
        self.admit("repository:pull")
        _, after = _page(request)
        artifact_type = request.query_params.get("artifactType", "")
        try:
            page = referrers.page(repositories.get(route.name), digest, artifact_type=artifact_type, after=after)
        except RepositoryUnknown:
            page = referrers.Page((), "")  # nothing points at it, which is no error
        response = _json(
            {"schemaVersion": 2, "mediaType": media_types.OCI_INDEX, "manifests": page.descriptors},
            media_types.OCI_INDEX,
        )
        filters = {"artifactType": artifact_type} if artifact_type else {}
        if filters:
            response["OCI-Filters-Applied"] = "artifactType"
        if page.next_after:
            _link(response, f"/v2/{route.name}/referrers/{digest}", **filters, last=page.next_after)
        return response


def _page(request: Request) -> tuple[int | None, str]:
    """How many at most (None where nothing is said), and behind which name."""
    number, after = request.query_params.get("n"), request.query_params.get("last", "")
    if number is not None and not (number.isascii() and number.isdigit() and len(number) < 20):
        raise PageInvalid(f"n={number[:20]!r} is not a whole number of names")
    if len(after) > LONGEST_NAME or "\0" in after:
        raise PageInvalid("last is not a name")
    return (None if number is None else min(int(number), MOST)), after


def _all_tags(repository: str, repository_id: int, after: str) -> Iterator[bytes]:
    """Page after page: between two of them another thread may go on, so nothing stays open in the database."""
    yield json.dumps({"name": repository})[:-1].encode() + b', "tags": ['
    between = ""
    while page := list(tags.named(repository_id, after=after)[:PAGE]):
        yield (between + ", ".join(map(json.dumps, page))).encode()
        between, after = ", ", page[-1]
    yield b"]}"


def _json(fields: object, content_type: str = "application/json") -> HttpResponse:
    return HttpResponse(json.dumps(fields).encode(), content_type=content_type)


def _link(response: HttpResponse, path: str, **query: object) -> None:
    response["Link"] = f'<{path}?{urlencode(query)}>; rel="next"'
