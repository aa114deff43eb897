"""/api/v2.0/quotas, and what a quota does to copies and new projects."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditRecord, BuiltIn, Project
from accounts.principals import SYSTEM
from registry.content import projects, usage
from registry.models import ProjectUsage
from tests.factories.accounts import add_member, make_principal, make_sysadmin, user_of
from tests.factories.http import client_of, send
from tests.factories.registry import make_repository, push_blob, push_image

pytestmark = pytest.mark.django_db
QUOTAS = "/api/v2.0/quotas"
MIB = 1 << 20


@pytest.fixture
def admin():
    return client_of(make_sysadmin("root"))


def make(name: str, size: int = 0, hard: int | None = None) -> Project:
    project = projects.create(name, {}, storage_limit=hard, by=SYSTEM)
    if size:
        push_blob(make_repository(f"{name}/app", project), b"x" * size)
    return project


def names(answer):
    return [quota["ref"]["name"] for quota in answer.json()]


def test_a_quota_is_shown_as_harbor_shows_it(admin):
    project = make("alpha", 300, 1000)
    quota = admin.get(f"{QUOTAS}/{project.pk}").json()
    assert quota.pop("creation_time") <= quota.pop("update_time")
    assert quota == {
        "id": project.pk,
        "ref": {"id": project.pk, "name": "alpha", "owner_name": ""},
        "hard": {"storage": 1000},
        "used": {"storage": 300},
    }


def test_quotas_are_listed_found_by_project_and_put_in_order(admin):
    alpha = make("alpha", 300, 1000)
    make("beta", 200, 3000)
    make("gamma", 100, 2000)
    assert names(admin.get(QUOTAS)) == ["alpha", "beta", "gamma"]
    assert names(admin.get(f"{QUOTAS}/?page=2&page_size=2")) == ["gamma"]
    assert names(admin.get(f"{QUOTAS}?sort=-hard.storage")) == ["beta", "gamma", "alpha"]
    assert names(admin.get(f"{QUOTAS}?sort=used.storage")) == ["gamma", "beta", "alpha"]
    answer = admin.get(f"{QUOTAS}?reference=project&reference_id={alpha.pk}")
    assert (names(answer), answer["X-Total-Count"]) == (["alpha"], "1")
    assert names(admin.get(f"{QUOTAS}?reference=user")) == []
    assert admin.get(f"{QUOTAS}?reference_id=alpha").status_code == 400


def test_a_page_takes_as_many_queries_however_many_quotas_there_are(admin):
    counts = []
    for number in range(3):
        for each in range(number * 5):
            make(f"project{number}x{each}", 1)
        with CaptureQueriesContext(connection) as asked:
            assert admin.get(f"{QUOTAS}?page_size=100").status_code == 200
        counts.append(len(asked))
    assert counts[1] == counts[2]


def test_a_quota_is_changed_and_that_is_recorded(admin):
    project = make("alpha")
    assert send(admin, "PUT", f"{QUOTAS}/{project.pk}", {"hard": {"storage": 5 * MIB}}).status_code == 200
    assert ProjectUsage.objects.get(project=project).hard == 5 * MIB
    record = AuditRecord.objects.get(operation="update", resource_type="quota")
    assert (record.principal, record.resource, record.project_id) == ("root", "alpha", project.pk)
    assert send(admin, "PUT", f"{QUOTAS}/{project.pk}", {"hard": {"storage": -1}}).status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"hard": {"storage": 0}}, 400),
        ({"hard": {"storage": -2}}, 400),
        ({"hard": {"storage": 2**63}}, 422),
        ({"hard": {"storage": "much"}}, 400),
        ({"hard": {"storage": 5, "count": 5}}, 400),
        ({"hard": {}}, 400),
        ({"hard": 5}, 400),
        ({}, 422),
    ],
)
def test_what_is_no_quota_changes_nothing(admin, body, status):
    project = make("alpha", hard=1000)
    assert send(admin, "PUT", f"{QUOTAS}/{project.pk}", body).status_code == status
    assert ProjectUsage.objects.get().hard == 1000


def test_an_absent_quota_is_told_only_to_those_who_may_see_quotas(admin):
    assert admin.get(f"{QUOTAS}/12345").status_code == 404
    assert send(admin, "PUT", f"{QUOTAS}/12345", {"hard": {"storage": 5}}).status_code == 404
    assert client_of(make_principal()).get(f"{QUOTAS}/12345").status_code == 403


def test_a_copy_beyond_the_quota_is_refused_in_harbors_words():
    principal = make_principal()
    source = make_repository()
    push_image(source, "a", push_blob(source, b"x" * (2 * MIB)))
    target = make("small", hard=MIB)
    for project in (source.project, target):
        add_member(project, user_of(principal), BuiltIn.DEVELOPER)
    path = f"/api/v2.0/projects/small/repositories/app/artifacts?from={source.name}:a"
    refused = client_of(principal).post(path)
    assert refused.status_code == 403
    (error,) = refused.json()["errors"]
    assert error["code"] == "DENIED"
    assert error["message"].startswith("adding 2.0 MiB of storage resource, which when updated to current usage of 0 B")
    assert usage.get(target.pk).used == 0
