"""The two steps of an upload's body: whether it may come, and what it has become."""

import errno
from typing import Any

import pytest

from accounts.models import BuiltIn, Member
from registry.content import digests
from registry.models import Upload
from registry.oci import errors
from tests.factories.accounts import member_of
from tests.factories.http import client_of
from tests.factories.registry import make_repository

pytestmark = pytest.mark.django_db
CONTENT = b"bytes of a layer"


def test_an_upload_in_one_request_is_dropped_where_the_right_went_meanwhile():
    repository = make_repository()
    client = client_of(member_of(repository.project, BuiltIn.DEVELOPER))
    path = f"/v2/{repository.name}/blobs/uploads/?digest={digests.of(CONTENT)}"
    first: dict[str, Any] = {"roadstead.step": "begin"}
    begun: Any = client.post(path, **first)
    begun.reception.write(CONTENT)
    begun.reception.complete()
    Member.objects.all().delete()
    second: dict[str, Any] = {"roadstead.reception": begun.reception}
    assert client.post(path, **second).status_code == 403
    assert not Upload.objects.exists()


def test_a_full_disk_is_told_as_such():
    full = errors.response(OSError(errno.ENOSPC, "No space left on device"))
    assert full is not None
    assert full.status_code == 503
    assert b"device" not in full.content
