"""Deleting a project while somebody pushes to it: one of the two is refused, and nothing is left half."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.exceptions import ProjectInUse
from accounts.models import Project
from accounts.principals import SYSTEM
from registry.content import projects, repositories
from registry.exceptions import ManifestBlobUnknown
from registry.models import Artifact, Repository, Upload
from tests.factories.accounts import make_project, make_sysadmin
from tests.factories.http import client_of
from tests.factories.registry import image_of, make_repository, push_blob, put
from tests.registry.content.test_at_once import Beside, beside

__all__ = ["beside"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def project() -> Project:
    return make_project("app")


def test_a_project_is_kept_whose_first_image_comes_at_this_moment(project, beside: Beside):
    repository = make_repository("app/web", project)
    image = image_of(repository)
    with transaction.atomic():
        put(repository, "1", image)
        deletion = beside(lambda: projects.delete(project, by=SYSTEM))
    with pytest.raises(ProjectInUse):
        deletion.result(10)
    assert Artifact.objects.filter(project=project).exists()


def test_a_repository_is_not_made_in_a_project_that_is_gone_by_then(project):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer: the deletion waits, and takes the new repository with it")
    with pytest.raises(IntegrityError):
        _make_repository_while_it_goes(project)
    assert not Project.objects.exists()
    assert not Repository.objects.exists()


def test_what_is_pushed_to_a_project_that_is_being_deleted_is_refused(project, beside: Beside):
    repository = make_repository("app/web", project)
    image = image_of(repository)
    with transaction.atomic():
        projects.delete(project, by=SYSTEM)
        push = beside(lambda: put(repository, "1", image))
    with pytest.raises(ManifestBlobUnknown):
        push.result(10)
    assert not Artifact.objects.exists()


def test_no_upload_is_left_of_a_project_that_is_being_deleted(project, beside: Beside):
    repository = make_repository("app/web", project)
    with transaction.atomic():
        projects.delete(project, by=SYSTEM)
        push = beside(lambda: push_blob(repository, b"content"))
    with pytest.raises(IntegrityError):
        push.result(10)
    assert not Upload.objects.exists()


@transaction.atomic
def _make_repository_while_it_goes(project: Project) -> None:
    repositories.get_or_make("app/web", project)
    with ThreadPoolExecutor(1) as thread:
        thread.submit(_deleted, project).result(10)


def _deleted(project: Project) -> None:
    try:
        projects.delete(project, by=SYSTEM)
    finally:
        connection.close()


def test_a_client_that_comes_between_is_told_to_try_again():
    def fail(*_):
        raise IntegrityError("FOREIGN KEY constraint failed")

    admin = client_of(make_sysadmin())
    with connection.execute_wrapper(fail):
        for path in ("/v2/app/web/blobs/uploads/", "/api/v2.0/projects"):
            answer = admin.post(path)
            assert (answer.status_code, answer.json()["errors"][0]["code"]) == (503, "UNAVAILABLE")
            assert "try again" in answer.json()["errors"][0]["message"]
            assert "FOREIGN" not in answer.content.decode()
