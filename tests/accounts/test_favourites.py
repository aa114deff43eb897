"""Favourites: the projects that somebody wants at hand."""

import pytest

from accounts import favourites
from accounts.exceptions import NotAuthenticated
from accounts.models import BuiltIn
from accounts.principals import ANONYMOUS
from tests.factories.accounts import make_principal, make_project, member_of, membership_of

pytestmark = pytest.mark.django_db


def test_favourites_are_everybodys_own():
    liked, other = make_project(is_public=True), make_project(is_public=True)
    alice, bob = make_principal("alice"), make_principal("bob")
    favourites.mark(liked, by=alice)
    favourites.mark(liked, by=alice)
    assert [*favourites.of(alice)] == [liked]
    assert not favourites.of(bob)
    assert favourites.marked_by(alice, [liked, other]) == {liked.pk}
    favourites.unmark(liked, by=alice)
    assert not favourites.of(alice)


def test_a_favourite_that_one_may_no_longer_see_is_not_shown():
    project = make_project()
    alice = member_of(project, BuiltIn.GUEST)
    favourites.mark(project, by=alice)
    membership_of(alice).delete()
    assert not favourites.of(alice)


def test_nobody_has_no_favourites():
    assert favourites.marked_by(ANONYMOUS, [make_project()]) == set()
    with pytest.raises(NotAuthenticated):
        favourites.mark(make_project(), by=ANONYMOUS)
