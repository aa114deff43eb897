"""The log of a project on its page."""

import pytest

from accounts.models import BuiltIn
from tests.factories.accounts import add_member, make_project, make_user
from tests.factories.browser import browser_of

pytestmark = pytest.mark.django_db

PAGE = "/projects/team/-/logs"


def member(project, role):
    user = make_user()
    add_member(project, user, role)
    return browser_of(user)


def test_its_admin_reads_and_exports_what_happened_in_it_and_in_no_other():
    project = make_project("team")
    admin = member(project, BuiltIn.PROJECT_ADMIN)
    admin.post("/projects/-/new", {"name": "other"})
    admin.post("/projects/team/-/labels/new", {"name": "tested", "color": "#112233"})
    rows = admin.get(PAGE).context["log"].listing.rows
    assert [row.resource for row in rows] == ["tested"]
    table = b"".join(admin.get(f"{PAGE}/export").streaming_content).decode()
    assert "tested" in table
    assert "other" not in table


@pytest.mark.parametrize("role", [BuiltIn.MAINTAINER, BuiltIn.GUEST])
def test_others_do_not(role):
    browser = member(make_project("team"), role)
    assert browser.get(PAGE).status_code == 403
    assert browser.get(f"{PAGE}/export").status_code == 403
    assert PAGE not in browser.get("/projects/team").content.decode()
