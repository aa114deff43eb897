"""Pulls are noted, and written in batches."""

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from accounts import configuration
from accounts.audit import Circumstances
from accounts.models import AuditRecord, BuiltIn
from accounts.principals import SYSTEM
from registry.content import hot, pulls
from registry.content.hot import HotManifest
from registry.models import Artifact, Repository, Tag
from tests.factories.accounts import make_principal, make_project, member_of, token_for
from tests.factories.http import client_of
from tests.factories.registry import make_repository, push_image

pytestmark = pytest.mark.django_db


@pytest.fixture
def repository():
    return make_repository()


@pytest.fixture
def client(repository):
    return client_of(member_of(repository.project, BuiltIn.GUEST, username="alice"))


def manifest(repository, reference="latest"):
    return f"/v2/{repository.name}/manifests/{reference}"


def count(repository):
    pulls.flush()
    return Repository.objects.get(pk=repository.pk).pull_count


def records():
    return AuditRecord.objects.filter(operation="pull", resource_type="artifact")


def taken(repository, reference="latest"):
    row = hot.ask(hot.manifest(repository.name, reference, None))
    assert row is not None
    return HotManifest.of(row)


def test_a_pull_by_tag_counts_and_dates_the_repository_the_artifact_and_the_tag(repository, client):
    push_image(repository)
    push_image(repository, "other")
    assert client.get(manifest(repository)).status_code == 200
    assert count(repository) == 1
    assert [tag.name for tag in Tag.objects.exclude(pulled_at=None)] == ["latest"]
    assert Artifact.objects.exclude(pulled_at=None).get().tags.get().name == "latest"


def test_a_pull_by_digest_dates_no_tag(repository, client):
    document = push_image(repository)
    assert client.get(manifest(repository, document.digest)).status_code == 200
    assert count(repository) == 1
    assert Artifact.objects.get().pulled_at is not None
    assert Tag.objects.get().pulled_at is None


def test_who_took_what_is_in_the_audit_log(repository, client):
    push_image(repository)
    client.get(manifest(repository), headers={"user-agent": "docker/27", "x-request-id": "pulled-it"})
    pulls.flush()
    record = records().get()
    assert (record.principal, record.resource) == ("alice", f"{repository.name}:latest")
    assert (record.client_address, record.user_agent, record.request_id) == ("127.0.0.1", "docker/27", "pulled-it")
    assert record.project_id == repository.project_id


def test_the_record_names_the_bearer_of_a_token(repository):
    push_image(repository)
    puller = member_of(repository.project, BuiltIn.GUEST)
    token = token_for(puller, f"repository:{repository.name}:pull")
    assert client_of().get(manifest(repository), headers={"authorization": f"Bearer {token}"}).status_code == 200
    pulls.flush()
    assert (records().get().principal, records().get().via) == (puller.name, "registry token")


def test_what_is_only_looked_at_refused_or_known_already_is_no_pull(repository, client):
    document = push_image(repository)
    assert client.head(manifest(repository)).status_code == 200
    assert client.get(manifest(repository), headers={"if-none-match": f'"{document.digest}"'}).status_code == 304
    assert client.get(manifest(repository, "absent")).status_code == 404
    assert client_of(make_principal()).get(manifest(repository)).status_code == 403
    assert client.get(f"/v2/{repository.name}/tags/list").status_code == 200
    assert count(repository) == 0
    assert not records().exists()


def test_a_harbor_that_replicates_from_here_is_recorded_but_not_counted(repository, client):
    push_image(repository)
    client.get(manifest(repository), headers={"user-agent": "harbor-registry-client"})
    assert count(repository) == 0
    assert Artifact.objects.get().pulled_at is None
    assert records().count() == 1


@pytest.mark.parametrize("switch", pulls.SWITCHES)
def test_each_part_can_be_switched_off(repository, client, switch):
    push_image(repository)
    client.get(manifest(repository))
    configuration.set(switch, True, by=SYSTEM)
    assert count(repository) == (0 if switch == "pull_count_update_disable" else 1)
    assert (Tag.objects.get().pulled_at is None) == (switch == "pull_time_update_disable")
    assert records().exists() == (switch != "pull_audit_log_disable")


def test_a_thousand_pulls_cost_few_statements():
    project = make_project()
    found = []
    for _ in range(10):
        repository = make_repository(project=project)
        push_image(repository)
        found.append(taken(repository))
    for number in range(1000):
        pulls.note(found[number % 10], "library/app:latest", SYSTEM, Circumstances())
    with CaptureQueriesContext(connection) as asked:
        assert pulls.flush()
    assert sum(Repository.objects.values_list("pull_count", flat=True)) == records().count() == 1000
    assert len([each for each in asked if each["sql"].startswith("SAVEPOINT")]) == 4
    assert len(asked) < 40


def test_what_is_gone_meanwhile_harms_nothing(repository):
    push_image(repository)
    found = taken(repository)
    Tag.objects.all().delete()
    Artifact.objects.all().delete()
    repository.delete()
    pulls.note(found, "library/app:latest", SYSTEM, Circumstances())
    assert pulls.flush()
    assert records().count() == 1


def test_memory_is_bounded(repository, monkeypatch):
    monkeypatch.setattr(pulls, "MOST", 5)
    push_image(repository)
    for _ in range(20):
        pulls.note(taken(repository), "library/app:latest", SYSTEM, Circumstances())
    assert count(repository) == 20
    assert records().count() == 5


def test_what_the_database_does_not_take_now_it_takes_later(repository):
    push_image(repository)
    found = taken(repository)
    pulls.note(found, "library/app:latest", SYSTEM, Circumstances())

    def refuse(*_):
        raise OperationalError("the database has gone away")

    with connection.execute_wrapper(refuse):
        assert not pulls.flush()
    pulls.note(found, "library/app:latest", SYSTEM, Circumstances())
    assert count(repository) == 2
    assert records().count() == 2
