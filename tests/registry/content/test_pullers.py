"""Who still pulls what somebody is about to delete."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import configuration
from accounts.models import AuditRecord, BuiltIn
from accounts.principals import SYSTEM
from registry.content import pullers, pulls
from registry.models import Artifact
from tests.factories.accounts import member_of
from tests.factories.http import client_of
from tests.factories.registry import make_repository, push_image, put

pytestmark = pytest.mark.django_db


@pytest.fixture
def repository():
    return make_repository()


def pull(repository, who, reference, *, times=1, address="127.0.0.9"):
    for _ in range(times):
        answer = client_of(who).get(
            f"/v2/{repository.name}/manifests/{reference}", REMOTE_ADDR=address, HTTP_USER_AGENT="docker/27"
        )
        assert answer.status_code == 200
    pulls.flush()


def of(repository, *documents):
    return pullers.of(Artifact.objects.filter(repository=repository, digest__in=[each.digest for each in documents]))


def test_each_tag_and_digest_tells_who_pulled_by_it_from_where_and_when(repository):
    alice = member_of(repository.project, BuiltIn.GUEST, username="alice")
    bob = member_of(repository.project, BuiltIn.GUEST, username="bob")
    image = push_image(repository, "1.0")
    put(repository, "quiet", image.body)
    pull(repository, alice, "1.0", times=3)
    pull(repository, bob, image.digest, address="127.0.0.7")
    found = of(repository, image)
    told = {(each.name, each.who, each.address, each.program, each.count) for each in found.pullers}
    assert told == {
        (f"{repository.name}:1.0", "alice", "127.0.0.9", "docker/27", 3),
        (f"{repository.name}@{image.digest}", "bob", "127.0.0.7", "docker/27", 1),
    }
    assert [each.name for each in found.names if each.pulled_at is None] == [f"{repository.name}:quiet"]
    assert found.last_at == found.pullers[0].last_at
    assert found.is_recorded
    assert found.is_whole


def test_who_pulled_something_else_or_long_ago_is_not_among_them(repository):
    alice = member_of(repository.project, BuiltIn.GUEST)
    image, other = push_image(repository, "1.0"), push_image(repository, "2.0")
    pull(repository, alice, "2.0")
    assert of(repository, image).pullers == ()
    AuditRecord.objects.update(at=timezone.now() - pullers.WINDOW - timedelta(hours=1))
    assert of(repository, other).pullers == ()


def test_it_says_when_pulls_are_not_recorded(repository):
    image = push_image(repository, "1.0")
    configuration.set("pull_audit_log_disable", True, by=SYSTEM)
    assert not of(repository, image).is_recorded


def test_it_asks_as_often_for_many_as_for_one(repository, django_assert_num_queries):
    images = [push_image(repository, f"v{number}") for number in range(12)]
    found = list(Artifact.objects.filter(repository=repository))
    configuration.get_many(["pull_audit_log_disable"])
    with django_assert_num_queries(4):
        pullers.of(found[:1])
    with django_assert_num_queries(4):
        assert len(pullers.of(found).names) == 2 * len(images)
