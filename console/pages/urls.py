"""The addresses of all pages. Between a thing and its tabs stands a `-`, which is the name of nothing."""

from django.urls import URLPattern, path, register_converter

from console import converters
from console.pages import home, sign_in

for word, converter in converters.CONVERTERS.items():
    register_converter(converter, word)

urlpatterns: list[URLPattern] = [
    path("", home.show),
    path("sign-in", sign_in.show),
    path("sign-out", sign_in.leave),
]
