"""The metadata of a project: which there are, what may stand in them, and who sets them."""

import pytest

from accounts import metadatas
from accounts.exceptions import Invalid, MetadataExists, MetadataUnknown, NotAllowed
from accounts.models import AuditRecord, BuiltIn, Project
from accounts.principals import SYSTEM
from tests.factories.accounts import make_project, member_of

pytestmark = pytest.mark.django_db


def test_what_is_set_is_kept_as_strings():
    project = make_project()
    metadatas.add(project, {"auto_scan": "True", "severity": "HIGH"}, by=SYSTEM)
    assert metadatas.of(project) == {"public": "false", "auto_scan": "true", "severity": "high"}
    metadatas.change(project, {"severity": "low", "proxy_speed_kb": "-1"}, by=SYSTEM)
    metadatas.remove(project, "auto_scan", by=SYSTEM)
    metadatas.remove(project, "auto_scan", by=SYSTEM)
    assert metadatas.of(Project.objects.get()) == {"public": "false", "severity": "low", "proxy_speed_kb": "-1"}
    told = AuditRecord.objects.order_by("pk").values_list("operation", "resource_type", "description")
    assert told[0] == ("update", "project", "auto_scan = true, severity = high")


def test_public_is_a_column_that_acts_at_once():
    project = make_project()
    metadatas.change(project, {"public": "true"}, by=SYSTEM)
    assert (project.is_public, project.metadata, project.authorization_version) == (True, {}, 2)
    metadatas.change(project, {"public": "true", "auto_scan": "true"}, by=SYSTEM)
    assert project.authorization_version == 2
    metadatas.remove(project, "public", by=SYSTEM)
    assert (project.is_public, project.authorization_version) == (False, 3)


@pytest.mark.parametrize("key", ["", "Public", "public ", "retention_id", "is_public", "owner", "name", "x" * 999])
def test_no_other_key_is_set(key):
    project = make_project()
    for attempt in (
        lambda: metadatas.add(project, {key: "true"}, by=SYSTEM),
        lambda: metadatas.change(project, {key: "true"}, by=SYSTEM),
        lambda: metadatas.remove(project, key, by=SYSTEM),
    ):
        with pytest.raises(Invalid):
            attempt()
    assert metadatas.of(Project.objects.get()) == {"public": "false"}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("public", "yes"),
        ("auto_scan", ""),
        ("severity", "serious"),
        ("proxy_speed_kb", "fast"),
        ("max_upstream_conn", "-2"),
        ("proxy_cache_filter_kind", "glob"),
        ("proxy_cache_filter_pattern", "a\0"),
    ],
)
def test_a_value_must_be_one_that_may_stand_there(key, value):
    with pytest.raises(Invalid, match=key):
        metadatas.change(make_project(), {key: value}, by=SYSTEM)


def test_what_is_set_is_not_added_again():
    project = make_project()
    metadatas.add(project, {"auto_scan": "true"}, by=SYSTEM)
    for key in ("auto_scan", "public"):
        with pytest.raises(MetadataExists):
            metadatas.add(project, {key: "false"}, by=SYSTEM)


def test_what_is_not_set_is_not_there():
    with pytest.raises(MetadataUnknown):
        metadatas.get(make_project(), "auto_scan", by=SYSTEM)


# A04: a maintainer of Harbor's could change what only a project admin may.


@pytest.mark.parametrize("role", [role for role in BuiltIn if role is not BuiltIn.PROJECT_ADMIN])
def test_only_a_project_admin_changes_any_of_them(role):
    project = make_project()
    by = member_of(project, role)
    for key in metadatas.KEYS:
        for attempt in (
            lambda key=key: metadatas.add(project, {key: "true"}, by=by),
            lambda key=key: metadatas.change(project, {key: "true"}, by=by),
            lambda key=key: metadatas.remove(project, key, by=by),
        ):
            with pytest.raises(NotAllowed):
                attempt()
    assert metadatas.of(Project.objects.get()) == {"public": "false"}
