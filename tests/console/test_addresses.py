"""Which view answers which path: however a repository's name is written, and whatever else a path is made of."""

import time
from typing import Any

import pytest
from django.urls import resolve

BELOW = "/api/v2.0/projects/p/repositories"


def found(path):
    match: Any = resolve(path)
    return match.func.view_class.__name__, match.kwargs


@pytest.mark.parametrize(
    ("path", "view", "named"),
    [
        ("/app", "RepositoryDetail", {"repository_name": "app"}),
        ("/a/b/c/", "RepositoryDetail", {"repository_name": "a/b/c"}),
        ("/a%2Fb", "RepositoryDetail", {"repository_name": "a%2Fb"}),
        ("/a/artifacts", "ArtifactList", {"repository_name": "a"}),
        ("//a//artifacts//", "ArtifactList", {"repository_name": "a"}),
        ("/a/artifacts/b", "ArtifactDetail", {"repository_name": "a", "reference": "b"}),
        ("/a%2Fartifacts%2Fb", "RepositoryDetail", {"repository_name": "a%2Fartifacts%2Fb"}),
        ("/a/artifacts/b/artifacts/c", "ArtifactDetail", {"repository_name": "a/artifacts/b", "reference": "c"}),
        ("/x/tags/artifacts/c/tags", "TagList", {"repository_name": "x/tags", "reference": "c"}),
        ("/x/artifacts/c/accessories", "AccessoryList", {"repository_name": "x", "reference": "c"}),
    ],
)
def test_the_last_keyword_counts(path, view, named):
    name, kwargs = found(f"{BELOW}{path}")
    assert (name, {key: kwargs[key] for key in named}) == (view, named)


@pytest.mark.parametrize(
    "path",
    [
        f"{BELOW}/{'/' * 8000}",
        f"{BELOW}/a{'/' * 8000}artifacts",
        f"{BELOW}/{'a/' * 4000}",
        f"{BELOW}/{'artifacts/' * 800}",
        f"{BELOW}/{'artifacts//a//tags//' * 400}",
        f"{'/' * 8000}api{'/' * 8000}",
    ],
)
def test_a_path_of_nothing_but_slashes_and_keywords_is_judged_at_once(path):
    resolve("/api/version")
    began = time.perf_counter()
    resolve(path)
    assert time.perf_counter() - began < 0.5
