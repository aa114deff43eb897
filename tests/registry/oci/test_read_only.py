"""A registry that an admin has made read-only."""

import pytest

from accounts import configuration
from accounts.principals import SYSTEM
from tests.factories.accounts import make_user
from tests.factories.http import client_of
from tests.factories.registry import make_repository, push_blob, push_image

pytestmark = pytest.mark.django_db


def test_it_is_pulled_from_and_neither_pushed_to_nor_deleted_from():
    client = client_of(make_user(is_sysadmin=True))
    repository = make_repository()
    document, blob = push_image(repository), push_blob(repository)
    configuration.set("read_only", True, by=SYSTEM)
    place = f"/v2/{repository.name}"
    for method, path in (
        ("POST", f"{place}/blobs/uploads/"),
        ("PUT", f"{place}/manifests/latest"),
        ("DELETE", f"{place}/manifests/latest"),
        ("DELETE", f"{place}/manifests/{document.digest}"),
        ("DELETE", f"{place}/blobs/{blob.digest}"),
    ):
        refused = client.generic(method, path)
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (403, "DENIED")
        assert "read-only" in refused.json()["errors"][0]["message"]
    assert client.get(f"{place}/manifests/latest").status_code == 200
