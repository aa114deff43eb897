"""A tag that people move by hand."""

import pytest

from accounts.exceptions import NotAllowed
from accounts.models import AuditRecord, BuiltIn
from accounts.principals import SYSTEM, of_user
from registry.content import artifacts, tags
from registry.exceptions import ManifestUnknown, TagInvalid
from registry.models import Artifact, Tag, TagMove
from tests.factories.accounts import add_member, make_user, member_of
from tests.factories.registry import make_repository, push_image

pytestmark = pytest.mark.django_db


@pytest.fixture
def repository():
    return make_repository()


def artifact_of(repository, document):
    return Artifact.objects.get(repository=repository, digest=document.digest, deleted_at=None)


def tags_of(repository):
    return dict(Tag.objects.filter(repository=repository).values_list("name", "artifact__digest"))


def test_a_tag_is_moved_back_and_the_log_and_the_lists_know_it(repository):
    old, new = push_image(repository, "1.0"), push_image(repository, "latest")
    by = member_of(repository.project, BuiltIn.DEVELOPER)
    assert tags.point(artifact_of(repository, old), "latest", by=by) == new.digest
    assert tags_of(repository) == {"1.0": old.digest, "latest": old.digest}
    move = TagMove.objects.latest("pk")
    assert (move.from_digest, move.to_digest, move.by) == (new.digest, old.digest, by.name)
    record = AuditRecord.objects.latest("pk")
    assert (record.operation, record.resource_type, record.resource) == ("update", "tag", f"{repository.name}:latest")
    assert artifact_of(repository, new).is_tagged is False


def test_a_tag_that_is_gone_is_made_anew(repository):
    image = push_image(repository, "1.0")
    tags.delete(repository, "1.0", by=SYSTEM)
    assert tags.point(artifact_of(repository, image), "1.0", by=SYSTEM) == ""
    assert tags_of(repository) == {"1.0": image.digest}
    assert artifact_of(repository, image).is_tagged is True


def test_a_tag_that_points_there_already_is_left_alone(repository):
    image = push_image(repository, "1.0")
    moves = TagMove.objects.count()
    assert tags.point(artifact_of(repository, image), "1.0", by=SYSTEM) == image.digest
    assert TagMove.objects.count() == moves


def test_who_may_not_push_the_tag_does_not_move_it(repository):
    old, _new = push_image(repository, "dev-1"), push_image(repository, "v1")
    user = make_user()
    add_member(repository.project, user, BuiltIn.DEVELOPER, tags="dev-*")
    for by in (of_user(user), member_of(repository.project, BuiltIn.GUEST)):
        with pytest.raises(NotAllowed):
            tags.point(artifact_of(repository, old), "v1", by=by)


def test_no_tag_points_at_what_was_deleted(repository):
    artifact = artifact_of(repository, push_image(repository, "1.0"))
    artifacts.delete(artifact, by=SYSTEM)
    with pytest.raises(ManifestUnknown):
        tags.point(artifact, "2.0", by=SYSTEM)


def test_a_name_that_is_none_is_refused(repository):
    artifact = artifact_of(repository, push_image(repository, "1.0"))
    with pytest.raises(TagInvalid):
        tags.point(artifact, "-x", by=SYSTEM)
