"""Where each path goes."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("registry.oci.urls")),
    path("", include("console.api.urls")),
]
