"""What the addresses of pages are made of: each name has one reading, and what is no name is no address."""

import re

import pytest
from django.urls.resolvers import RoutePattern

from console import converters
from console.pages import urls

DIGEST = f"sha256:{'a' * 64}"
PATTERNS = {
    "project": "projects/<project:name>",
    "project's tab": "projects/<project:name>/-/logs",
    "repository": "projects/<repository:name>",
    "repository's tab": "projects/<repository:name>/-/logs",
    "tag": "projects/<repository:name>:<tag:tag>",
    "artifact": "projects/<repository:name>@<digest:digest>",
    "artifact's tab": "projects/<repository:name>@<digest:digest>/-/layers",
}


def readings(address):
    """The patterns that fit, each with the name that it finds."""
    assert urls.urlpatterns  # which makes the converters known
    found = {kind: RoutePattern(pattern, is_endpoint=True).match(address) for kind, pattern in PATTERNS.items()}
    return {kind: match[2]["name"] for kind, match in found.items() if match}


@pytest.mark.parametrize(
    ("address", "kind", "name"),
    [
        ("projects/library", "project", "library"),
        ("projects/library/-/logs", "project's tab", "library"),
        ("projects/library/app", "repository", "library/app"),
        ("projects/library/logs/logs", "repository", "library/logs/logs"),
        ("projects/library/a/b/c/-/logs", "repository's tab", "library/a/b/c"),
        ("projects/library/a/b:latest", "tag", "library/a/b"),
        (f"projects/library/a/b@{DIGEST}", "artifact", "library/a/b"),
        (f"projects/library/app@{DIGEST}/-/layers", "artifact's tab", "library/app"),
    ],
)
def test_an_address_has_one_reading(address, kind, name):
    assert readings(address) == {kind: name}


@pytest.mark.parametrize(
    "address",
    [
        "projects/",
        "projects/Library",
        "projects/library/",
        "projects/library//app",
        "projects/library/-",
        "projects/library/../app",
        "projects/library/app/-/",
        "projects/library/app:",
        "projects/library/app:-x",
        "projects/library:latest",
        "projects/library/app@sha256:abc",
        "projects/library/app\n",
        f"projects/library/{'a' * 248}",
    ],
)
def test_what_is_no_name_is_no_address(address):
    assert readings(address) == {}


def test_the_longest_name_is_one():
    assert readings(f"projects/library/{'a' * 247}") == {"repository": f"library/{'a' * 247}"}


@pytest.mark.parametrize("word", converters.CONVERTERS)
def test_a_name_of_all_separators_is_soon_refused(word):
    assert re.fullmatch(converters.CONVERTERS[word].regex, f"a{'-._/a' * 2000}-") is None
