"""What pages tell those whose role is for some repositories of a project, and what not."""

import pytest

from accounts.models import BuiltIn
from tests.factories.accounts import add_member, make_project, make_user
from tests.factories.browser import browser_of
from tests.factories.registry import make_repository, push_blob, push_image

pytestmark = pytest.mark.django_db

CHARGED = "that the project is charged for"


def test_how_much_is_freed_is_told_where_no_repository_is_hidden():
    """By whether bytes are freed one could find out that a hidden repository has the same."""
    project = make_project("team")
    shown = make_repository("team/shown", project)
    image = push_image(shown, "1.0", push_blob(shown, b"x" * 5_000_000))
    narrowed, whole = make_user(), make_user()
    add_member(project, narrowed, BuiltIn.MAINTAINER, repositories="shown")
    add_member(project, whole, BuiltIn.MAINTAINER)
    told = [
        browser_of(user).get(f"/projects/team/shown@{image.digest}/-/delete").content.decode()
        for user in (narrowed, whole)
    ]
    assert ["Delete the artifact" in each for each in told] == [True, True]
    assert [CHARGED in each for each in told] == [False, True]
