"""Which view answers which kind of route. The paths themselves are parsed by routes.py alone."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import re_path

from registry.oci import errors, headers, routes
from registry.oci.views.base import BaseView, id_of
from registry.oci.views.blobs import BlobView
from registry.oci.views.lists import CatalogView, ReferrersView, TagsView
from registry.oci.views.manifests import ManifestView
from registry.oci.views.token import JWKSView, TokenView
from registry.oci.views.uploads import UploadsView, UploadView

VIEWS = {
    "base": BaseView.as_view(),
    "catalog": CatalogView.as_view(),
    "manifest": ManifestView.as_view(),
    "blob": BlobView.as_view(),
    "uploads": UploadsView.as_view(),
    "upload": UploadView.as_view(),
    "tags": TagsView.as_view(),
    "referrers": ReferrersView.as_view(),
    "token": TokenView.as_view(),
    "jwks": JWKSView.as_view(),
}


def dispatch(request: HttpRequest) -> HttpResponseBase:
    route = routes.match(request.path_info)
    return VIEWS[route.kind](request, route=route) if route else _unknown(request)


dispatch.csrf_exempt = True  # type: ignore[attr-defined]  # credentials are in a header, not in a cookie


def _unknown(request: HttpRequest) -> HttpResponse:
    response = errors.refuse("UNSUPPORTED", 404, "this registry has no such address", request_id=id_of(request))
    for name, value in headers.COMMON:
        response[name.decode()] = value.decode()
    return response


urlpatterns = [re_path(r"^(?:v2|service/token)(?:/.*)?$", dispatch)]
