"""A copy of five hundred artifacts whose workers are killed: others go on where it stood, and nothing is done twice."""

import json
import os
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings

from accounts.models import AuditRecord, BuiltIn
from registry.content import artifacts, bulk
from registry.content.documents import Document
from registry.models import Artifact, Job, JobState, ProjectUsage, Repository, TagMove
from tests.factories.accounts import add_member, make_project, member_of, user_of
from tests.factories.registry import image_of, make_repository, push_blob, put
from tests.registry.jobs.workers import Worker, until

# A machine that does much else takes its time.
PATIENCE = 600
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(3 * PATIENCE)]

COUNT = 500


@pytest.fixture
def storage(settings: Settings, tmp_path: Path) -> str:
    """A folder that this process shares with the workers."""
    address = (tmp_path / "registry").as_uri()
    settings.STORAGE = address
    return address


def push_many(repository: Repository) -> list[Document]:
    """So many images of one layer, each with a tag."""
    image = json.loads(image_of(repository, push_blob(repository)))
    return [
        put(repository, f"build-{number}", json.dumps(image | {"annotations": {"build": str(number)}}).encode())
        for number in range(COUNT)
    ]


def worker_of(job: Job) -> int:
    return int(Job.objects.get(pk=job.pk).worker.split(":")[1])


def reaches(job: Job, done: int) -> None:
    running = Job.objects.filter(pk=job.pk, done__gte=done, state=JobState.RUNNING)
    until(running.exists, seconds=PATIENCE)


def test_a_copy_of_five_hundred_artifacts_outlives_its_workers_and_copies_each_once(
    storage: str, start_worker: Callable[..., Worker]
):
    source, target = make_repository("library/app"), make_project("mirror")
    images = push_many(source)
    by = member_of(source.project, BuiltIn.GUEST)
    add_member(target, user_of(by), BuiltIn.DEVELOPER)
    before = AuditRecord.objects.count()
    job = bulk.copy_artifacts(artifacts.standing_in(source), target, by=by)
    first = start_worker(STORAGE_URL=storage)

    reaches(job, 100)
    os.kill(worker_of(job), signal.SIGKILL)  # one of its processes, which it replaces
    reaches(job, 250)
    first.kill()  # all of it, as a power cut does
    start_worker(STORAGE_URL=storage)
    until(lambda: Job.objects.get(pk=job.pk).is_over, seconds=PATIENCE)

    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.attempts) == (JobState.SUCCEEDED, COUNT, COUNT, 3)
    assert job.done_size == job.total_size
    copies = Artifact.objects.filter(repository__name="mirror/app")
    assert sorted(copies.values_list("digest", flat=True)) == sorted(image.digest for image in images)
    moves = TagMove.objects.filter(repository__name="mirror/app")
    assert Counter(moves.values_list("tag", flat=True)) == Counter(f"build-{number}" for number in range(COUNT))
    assert AuditRecord.objects.count() - before == 2 * COUNT  # of the manifest and of the copy
    assert ProjectUsage.objects.get(project=target).used == ProjectUsage.objects.get(project=source.project).used
    lines = list(job.log_lines.order_by("number").values_list("number", "text"))
    assert [number for number, _ in lines] == list(range(1, len(lines) + 1))
    told = Counter(text for _, text in lines if text.endswith(" to mirror/app"))
    assert told == Counter(f"library/app@{image.digest} to mirror/app" for image in images)
