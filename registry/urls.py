"""Where each path goes."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("registry.oci.urls")),
    path("", include("console.api.urls")),
    path("devcenter-api-2.0", include("console.api.explorer")),
]
# What no view answers.
handler400 = "console.api.errors.bad_request"
handler404 = "console.api.errors.not_found"
handler500 = "console.api.errors.server_error"
