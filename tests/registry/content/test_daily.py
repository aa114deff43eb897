"""What each day brings is counted in memory, and added up."""

from datetime import timedelta

import pytest

from accounts import configuration
from accounts.models import BuiltIn
from accounts.principals import SYSTEM
from registry.content import daily
from registry.models import DailyCount, DailySize
from tests.factories.accounts import make_project, member_of
from tests.factories.http import client_of
from tests.factories.registry import image_of, make_repository, push_blob, push_image

pytestmark = pytest.mark.django_db


def counts(days):
    return [(day.pulls, day.pushes) for day in days]


def test_pulls_and_pushes_count_for_their_project_and_for_all():
    repository, other = make_repository(), make_repository()
    client = client_of(member_of(repository.project, BuiltIn.DEVELOPER))
    body = image_of(repository)
    path = f"/v2/{repository.name}/manifests/1"
    assert client.put(path, body, content_type="application/vnd.oci.image.manifest.v1+json").status_code == 201
    for _ in range(3):
        assert client.get(path).status_code == 200
    assert client.head(path).status_code == 200
    assert client.get(f"/v2/{other.name}/manifests/1").status_code == 403
    assert daily.flush()
    assert counts(daily.everywhere(2)) == [(0, 0), (3, 1)]
    assert counts(daily.of_projects([repository.project_id], 1)) == [(3, 1)]
    assert counts(daily.of_projects([other.project_id], 1)) == [(0, 0)]
    daily.pulled(repository.project_id)
    daily.flush()
    assert counts(daily.everywhere(1)) == [(4, 1)]


def test_pulls_are_not_counted_where_that_is_turned_off():
    configuration.set("pull_count_update_disable", value=True, by=SYSTEM)
    daily.pulled(1)
    daily.pushed(1)
    daily.flush()
    assert counts(daily.everywhere(1)) == [(0, 1)]


def test_what_cannot_be_written_now_waits(monkeypatch):
    daily.pulled(1)
    with monkeypatch.context() as broken:
        broken.setattr(daily, "ADD", "nonsense")
        assert not daily.flush()
    assert daily.flush()
    assert counts(daily.everywhere(1)) == [(1, 0)]


def test_a_day_tells_how_much_was_stored_at_its_last_measure():
    repository = make_repository()
    blob = push_blob(repository, b"12345")
    assert daily.measure() == blob.size
    push_image(repository)
    size = daily.measure()
    assert [day.size for day in daily.everywhere(3)] == [None, None, size]


def test_days_that_are_too_old_are_dropped():
    old = daily.today() - daily.KEPT_FOR - timedelta(days=1)
    DailySize.objects.create(day=old, size=1)
    DailyCount.objects.create(project_id=make_project().pk, day=old, pulls=1)
    daily.measure()
    assert [row.day for row in DailySize.objects.all()] == [daily.today()]
    assert not DailyCount.objects.exists()
