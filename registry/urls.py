"""Where each path goes."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("registry.oci.urls")),
    path("", include("console.api.urls")),
    path("devcenter-api-2.0", include("console.api.explorer")),
    path("", include("console.pages.urls")),
]
# What no view answers.
handler400 = "console.pages.faults.bad_request"
handler404 = "console.pages.faults.not_found"
handler500 = "console.pages.faults.server_error"
