"""Patterns for the names of repositories and tags."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts import patterns
from accounts.exceptions import Invalid

PARTS = st.from_regex(r"[a-z0-9]+(?:[._-][a-z0-9]+)*", fullmatch=True)
NAMES = st.lists(PARTS, min_size=1, max_size=4).map("/".join)
PATTERNS = st.text(alphabet="ab/*?{},!.-", max_size=20)


@pytest.mark.parametrize(
    ("pattern", "matching", "others"),
    [
        ("", ["app", "team/app", "1.0"], []),
        ("app", ["app"], ["apps", "my-app", "app/x", "x/app", "App", "app\n"]),
        ("app*", ["app", "apps", "app-1"], ["app/x", "my-app"]),
        ("*", ["app", "1.0"], ["team/app"]),
        ("**", ["app", "team/app", "a/b/c"], []),
        ("team/*", ["team/app"], ["team", "team/a/b", "teams/app"]),
        ("team/**", ["team/app", "team/a/b"], ["team", "team-b/app"]),
        ("**/app", ["app", "team/app", "a/b/app"], ["app/x", "my-app"]),
        ("release-?", ["release-1"], ["release-", "release-10"]),
        ("{dev,test}-*", ["dev-1", "test-"], ["prod-1", "{dev,test}-1"]),
        ("v{1,2.*}", ["v1", "v2.7"], ["v2", "v3"]),
        ("!release-*", ["1.0", "latest"], ["release-1"]),
        ("!{a,b}", ["c"], ["a", "b"]),
        ("1.0", ["1.0"], ["1x0"]),
        ("a+b", ["a+b"], ["aab"]),
        ("[ab]", ["[ab]"], ["a"]),
    ],
)
def test_a_pattern_matches(pattern, matching, others):
    assert patterns.check(pattern) == pattern
    assert [name for name in matching if not patterns.matches(pattern, name)] == []
    assert [name for name in others if patterns.matches(pattern, name)] == []


@pytest.mark.parametrize("pattern", ["!", "{a", "a}", "{a,{b}}", "{", "}", "a\nb", "\0", "x" * 256, "{a,b}" * 7])
def test_what_can_be_no_pattern_is_refused(pattern):
    with pytest.raises(Invalid):
        patterns.check(pattern)


@settings(deadline=None, max_examples=60)
@given(NAMES)
def test_a_name_matches_itself_and_what_stands_for_all(name):
    assert patterns.matches(name, name)
    assert patterns.matches("**", name)
    assert not patterns.matches("!**", name)
    assert patterns.matches("*", name) is ("/" not in name)


@settings(deadline=None, max_examples=60)
@given(NAMES, PARTS)
def test_one_team_never_reaches_into_another(name, team):
    assert patterns.matches(f"{team}/**", f"{team}/{name}")
    assert not patterns.matches(f"{team}/**", f"{team}x/{name}")
    assert not patterns.matches(f"{team}/**", f"x{team}/{name}")


@settings(deadline=None, max_examples=60)
@given(PATTERNS, NAMES)
def test_all_but_is_the_opposite(pattern, name):
    if pattern and not pattern.startswith("!"):
        assert patterns.matches(f"!{pattern}", name) is not patterns.matches(pattern, name)


@settings(deadline=None, max_examples=60)
@given(PATTERNS, NAMES)
def test_as_a_regular_expression_it_says_the_same(pattern, name):
    try:
        patterns.check(pattern)
    except Invalid:
        return
    is_said = re.fullmatch(patterns.regex(pattern), name) is not None
    assert patterns.matches(pattern, name) is (is_said is not patterns.is_excluding(pattern) if pattern else True)


@settings(deadline=None, max_examples=60)
@given(st.text(alphabet="ab.+()|^$\\[]-/", min_size=1, max_size=12), NAMES)
def test_only_wild_cards_are_wild(pattern, name):
    assert patterns.matches(pattern, name) is (pattern == name)
    assert re.fullmatch(re.escape(pattern), pattern)


def test_a_long_pattern_takes_no_long_time():
    assert not patterns.matches("*a" * 100 + "b", "a" * 128)
    assert not patterns.matches("**/" * 60 + "b", "a/" * 100 + "a")
    assert not patterns.matches("{a*,*a}" * 6 + "c", "a" * 128 + "b")
