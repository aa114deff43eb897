"""The database says of names what accounts/patterns.py says."""

import pytest

from accounts import patterns
from registry.models import Repository
from tests.factories.accounts import make_project
from tests.factories.registry import make_repository

pytestmark = pytest.mark.django_db

NAMES = ("app", "team-a/one", "team-a/b/two", "team-b/one", "a.b", "axb", "release-1")


@pytest.mark.parametrize(
    "pattern",
    ["app", "*", "**", "team-a/**", "!team-a/**", "**/one", "team-?/*", "{app,team-b/*}", "!{app,a.b}", "a.b", "r*-1"],
)
def test_the_database_finds_what_matches_below_the_project(pattern):
    project = make_project("library")
    for name in NAMES:
        make_repository(f"library/{name}", project)
    found = Repository.objects.filter(name__matches_below_project=pattern).values_list("name", flat=True)
    assert {*found} == {f"library/{name}" for name in NAMES if patterns.matches(pattern, name)}


def test_no_pattern_keeps_it_busy():
    make_repository(f"library/{'a' * 120}")
    assert not Repository.objects.filter(name__matches_below_project="*a" * 100 + "b").exists()
