"""Reading what a client asks a token for."""

import pytest

from accounts.exceptions import Invalid
from accounts.tokens.scopes import MOST_CHARACTERS, MOST_SCOPES, Scope, parse


def scope(type_: str, name: str, *actions: str) -> Scope:
    return Scope(type_, name, frozenset(actions))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], []),
        ([""], []),
        (["repository:library/app:pull"], [scope("repository", "library/app", "pull")]),
        (["repository:library/app:pull,push"], [scope("repository", "library/app", "pull", "push")]),
        (
            ["repository:a/b:pull repository:c/d:push"],
            [scope("repository", "a/b", "pull"), scope("repository", "c/d", "push")],
        ),
        (
            ["repository:a/b:pull", "repository:c/d:push"],
            [scope("repository", "a/b", "pull"), scope("repository", "c/d", "push")],
        ),
        (["repository:a/b:pull", "repository:a/b:push"], [scope("repository", "a/b", "pull", "push")]),
        (["repository:a/b:pull,pull,pull"], [scope("repository", "a/b", "pull")]),
        (["repository:localhost:5000/a/b:pull"], [scope("repository", "localhost:5000/a/b", "pull")]),
        (["registry:catalog:*"], [scope("registry", "catalog", "*")]),
        (["repository(plugin):a/b:pull"], [scope("repository(plugin)", "a/b", "pull")]),
        (["repository:a/b:"], [scope("repository", "a/b")]),
        (["repository:a/b"], [scope("repository", "a/b")]),
        (["repository"], [scope("repository", "")]),
        ([":::"], [scope("", ":")]),
        (["repository:a/b:,,pull,"], [scope("repository", "a/b", "pull")]),
    ],
)
def test_scopes_are_read_as_docker_writes_them_and_odd_ones_grant_nothing_by_themselves(values, expected):
    assert list(parse(values)) == expected


def test_asking_for_far_too_much_at_once_is_refused():
    assert len(parse([f"repository:a/b{n}:pull" for n in range(MOST_SCOPES)])) == MOST_SCOPES
    for abuse in (
        [f"repository:a/b{n}:pull" for n in range(MOST_SCOPES + 1)],
        [f"repository:a/b{n}:pull" for n in range(10_000)],
        [f"repository:a/{'b' * MOST_CHARACTERS}:pull"],
    ):
        with pytest.raises(Invalid):
            parse(abuse)


@pytest.mark.parametrize("character", ["\n", "\r", "\t", "\0", "\x1b", "\x7f", "ä", "\u2028"])
def test_characters_that_no_scope_has_are_refused(character):
    with pytest.raises(Invalid):
        parse([f"repository:a/b:pull{character}repository:c/d:push"])
