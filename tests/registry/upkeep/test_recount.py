"""What projects hold is counted anew: by a job every night, and by whoever asks fsck to."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.principals import SYSTEM
from registry.content import usage
from registry.jobs import enqueue, schedule
from registry.models import ProjectBlob, ProjectUsage, Schedule
from registry.upkeep import recount
from registry.upkeep.findings import Finding
from tests.factories.registry import make_repository, push_blob, push_image
from tests.registry.upkeep.test_fsck import found
from tests.registry.upkeep.test_kinds import done

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def repository():
    made = make_repository("library/app")
    push_image(made)
    return made


def used(repository):
    return ProjectUsage.objects.get(project=repository.project).used


def test_what_is_right_is_left_alone(repository):
    before = used(repository)
    assert not [event for event in recount.every() if isinstance(event, Finding)]
    assert found(mending_usage=True) == {}
    assert used(repository) == before


def test_a_wrong_sum_is_found_and_mended_when_asked(repository):
    right = used(repository)
    ProjectUsage.objects.update(used=right + 5)
    assert found() == {"usage-wrong": ["library"]}
    assert used(repository) == right + 5
    assert found(mending_usage=True) == {"usage-mended": ["library"]}
    assert used(repository) == right


def test_a_missing_charge_is_found_and_mended_when_asked(repository):
    right = used(repository)
    ProjectBlob.objects.all().delete()
    ProjectUsage.objects.update(used=0)
    assert set(found()) == {"usage-missing"}
    assert found(mending_usage=True) == {"usage-mended": ["library"]}
    assert used(repository) == right


def test_every_night_broken_off_pushes_are_forgotten(repository):
    right = used(repository)
    push_blob(repository, b"x" * 1000)
    ProjectBlob.objects.update(charged_at=timezone.now() - usage.GRACE - timedelta(hours=1))
    push_blob(repository, b"y" * 10)
    schedule.ensure_declared()
    assert Schedule.objects.get(name="recount").cron == "0 37 3 * * *"
    _, told = done(enqueue.add("recount", by=SYSTEM))
    assert "Counted: projects with pushes that were broken off 1, projects 1, 1000 B." in told
    assert used(repository) == right + 10
