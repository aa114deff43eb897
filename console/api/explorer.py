"""/devcenter-api-2.0: the API's description, and a page to read it and try it. All that the page needs is ours."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import path, re_path
from django.views.decorators.http import require_safe

from console.api.description import description

# No word of anybody else's runs in this page. Swagger's own pictures are in its styles, as data.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    answer = HttpResponse(render_to_string("explorer/explorer.html"))
    answer["Content-Security-Policy"] = POLICY
    return answer


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    return JsonResponse(description())


urlpatterns = [re_path(r"^/?$", page), path("/openapi.json", openapi, name="openapi")]
