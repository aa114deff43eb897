"""A token carries what was asked for as far as its bearer may, and not a word more."""

import pytest

from accounts.exceptions import TokenRefused
from accounts.models import BuiltIn
from accounts.principals import ANONYMOUS
from accounts.sign_in import with_token
from accounts.tokens import grants, scopes
from tests.factories.accounts import make_principal, make_project, make_sysadmin, member_of, token_for

pytestmark = pytest.mark.django_db


def granted(to, *asked: str) -> list[set[str]]:
    return [set(access.actions) for access in grants.grant(scopes.parse(asked), to=to)]


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (BuiltIn.PROJECT_ADMIN, {"pull", "push", "delete"}),
        (BuiltIn.MAINTAINER, {"pull", "push", "delete"}),
        (BuiltIn.DEVELOPER, {"pull", "push"}),
        (BuiltIn.GUEST, {"pull"}),
        (BuiltIn.LIMITED_GUEST, {"pull"}),
    ],
)
def test_a_role_is_granted_what_it_allows(role, expected):
    by = member_of(make_project("priv-a"), role)
    assert granted(by, "repository:priv-a/x:pull,push,delete") == [expected]
    assert granted(by, "repository:priv-a/x:*") == [expected]
    assert granted(by, "repository:priv-a/x:pull,push,delete,*,pull") == [expected]


def test_no_more_is_granted_than_was_asked():
    by = member_of(make_project("priv-a"), BuiltIn.PROJECT_ADMIN)
    assert granted(by, "repository:priv-a/x:pull") == [{"pull"}]
    assert granted(by, "repository:priv-a/x:push") == [{"push"}]
    assert granted(by, "repository:priv-a/x:scanner-pull,admin,PULL") == [set()]


def test_strangers_are_granted_what_is_public():
    make_project("pub", is_public=True)
    make_project("priv-a")
    for by in (ANONYMOUS, make_principal()):
        asked = ["repository:pub/x:pull,push,delete,*", "repository:priv-a/x:pull,*", "repository:absent/x:pull,*"]
        assert granted(by, *asked) == [{"pull"}, set(), set()]


def test_there_is_one_entry_for_each_scope_in_the_order_asked():
    make_project("pub", is_public=True)
    entries = grants.grant(
        scopes.parse(["repository:pub/b:pull", "foo:bar:baz", "repository:pub/a:pull"]), to=ANONYMOUS
    )
    assert [(entry.type, entry.name, set(entry.actions)) for entry in entries] == [
        ("repository", "pub/b", {"pull"}),
        ("foo", "bar", set()),
        ("repository", "pub/a", {"pull"}),
    ]


def test_an_entry_that_grants_nothing_does_not_tell_whether_the_project_exists():
    make_project("priv-a")
    there, absent = grants.grant(scopes.parse(["repository:priv-a/x:pull", "repository:absent/x:pull"]), to=ANONYMOUS)
    assert (there.project_id, there.project_version) == (absent.project_id, absent.project_version) == (None, None)


@pytest.mark.parametrize(
    "name",
    ["", "priv-a", "priv-a/", "/priv-a", "priv-a//x", "priv-a/../x", "priv-a/X", "priv-a/x/", "*", "priv-a/*", "%", "_",
     "priv-a/x%2fy", "priv-a/x;y", "priv-a/x?y", "localhost:5000/priv-a/x", "library/x", f"priv-a/{'x' * 250}"],
)  # fmt: skip
def test_a_name_that_is_no_repository_is_granted_nothing_even_to_a_member(name):
    by = member_of(make_project("priv-a"), BuiltIn.PROJECT_ADMIN)
    assert granted(by, f"repository:{name}:pull,push,delete,*") == [set()]


@pytest.mark.parametrize("type_", ["repository(plugin)", "repository(image)", "Repository", "registry", "", "*"])
def test_another_type_of_thing_is_granted_nothing(type_):
    by = member_of(make_project("priv-a"), BuiltIn.PROJECT_ADMIN)
    assert granted(by, f"{type_}:priv-a/x:pull,push,*") == [set()]


def test_the_catalog_is_for_system_admins():
    asked = "registry:catalog:*"
    assert granted(make_sysadmin(), asked) == [{"*"}]
    assert granted(make_sysadmin(), "registry:catalog:pull") == [set()]
    assert granted(make_sysadmin(), "registry:other:*") == [set()]
    for by in (ANONYMOUS, make_principal(), member_of(make_project(), BuiltIn.PROJECT_ADMIN)):
        assert granted(by, asked) == [set()]


def test_a_token_is_no_credential_for_another():
    by = member_of(make_project("priv-a"), BuiltIn.PROJECT_ADMIN)
    narrowed = with_token(token_for(by, "repository:priv-a/x:pull"))
    with pytest.raises(TokenRefused):
        granted(narrowed, "repository:priv-a/x:push")
