"""Quotas as pages."""

import pytest

from accounts import configuration
from accounts.models import AuditRecord, BuiltIn
from accounts.principals import SYSTEM
from registry.models import ProjectUsage
from tests.factories.accounts import make_auditor, make_project, make_sysadmin, member_of, user_of
from tests.factories.browser import browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return browser_of(user_of(make_sysadmin()))


def make_usage(name, used, hard):
    return ProjectUsage.objects.create(project=make_project(name), used=used, hard=hard)


def names(answer):
    assert answer.status_code == 200
    return [row.project.name for row in answer.context["listing"].rows]


def test_projects_are_listed_by_what_they_hold_and_how_full_they_are(admin):
    make_usage("small", 90, 100)
    make_usage("large", 5000, 100_000)
    make_usage("endless", 10**12, -1)
    assert names(admin.get("/quotas")) == ["endless", "large", "small"]
    assert names(admin.get("/quotas?sort=-share")) == ["small", "large", "endless"]
    assert names(admin.get("/quotas?sort=project")) == ["endless", "large", "small"]
    assert names(admin.get("/quotas?q=arg")) == ["large"]
    assert "90 %" in admin.get("/quotas?q=small").content.decode()
    assert "no limit" in admin.get("/quotas?q=endless").content.decode()
    assert "No project is called so." in admin.get("/quotas?q=nothing").content.decode()


def test_pages_are_turned_by_keys_in_each_order(admin):
    for number in range(120):
        make_usage(f"p{number:03}", number % 7, number % 3 * 100 - 1)
    for sort in ("-used", "used", "-share", "share", "limit", "project", "-project"):
        seen, address = [], f"/quotas?sort={sort}"
        while address:
            answer = admin.get(address)
            seen += names(answer)
            following = answer.context["listing"].next_url
            address = f"/quotas{following}" if following else ""
        assert len(seen) == len(set(seen)) == 120, sort


def test_a_quota_is_changed_in_the_units_that_people_write(admin):
    row = make_usage("app", 10, 100)
    assert 'value="100 B"' in admin.get("/quotas/app").content.decode()
    for written, hard in (("2 GiB", 2 << 30), ("500 MB", 500 * 10**6), ("", -1)):
        answer = admin.post("/quotas/app", {"limit": written})
        assert (answer.status_code, answer["Location"]) == (303, "/quotas")
        row.refresh_from_db()
        assert row.hard == hard
    assert AuditRecord.objects.filter(operation="update", resource_type="quota", resource="app").count() == 3


@pytest.mark.parametrize("written", ["much", "-5", "0", "9999 PB"])
def test_a_limit_that_is_none_is_told_beside_the_field_and_not_lost(admin, written):
    row = make_usage("app", 10, 100)
    answer = admin.post("/quotas/app", {"limit": written})
    assert answer.status_code == 422
    assert f'value="{written}"' in answer.content.decode()
    row.refresh_from_db()
    assert row.hard == 100


def test_who_may_look_may_not_change():
    make_usage("app", 10, 100)
    auditor = browser_of(user_of(make_auditor()))
    shown = auditor.get("/quotas").content.decode()
    assert "/projects/app" in shown
    assert "/quotas/app" not in shown
    assert auditor.get("/quotas/app").status_code == 403
    assert auditor.post("/quotas/app", {"limit": "1 GB"}).status_code == 403
    project_admin = browser_of(user_of(member_of(make_project(), BuiltIn.PROJECT_ADMIN)))
    assert project_admin.get("/quotas").status_code == 403


def test_it_says_what_new_projects_get_and_whether_quotas_count(admin):
    assert "New projects: no limit" in admin.get("/quotas").content.decode()
    configuration.set_many({"storage_per_project": 10**9, "quota_per_project_enable": False}, by=SYSTEM)
    shown = admin.get("/quotas").content.decode()
    assert "1 GB" in shown
    assert "not enforced" in shown


def test_a_page_asks_a_constant_number_of_times(admin, django_assert_max_num_queries):
    for number in range(60):
        make_usage(f"p{number}", number, 100)
    with django_assert_max_num_queries(14):
        admin.get("/quotas")
