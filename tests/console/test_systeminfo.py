"""/api/v2.0/systeminfo"""

import re

import pytest
from django.test import Client

from accounts import configuration
from accounts.principals import SYSTEM
from tests.factories.accounts import make_user
from tests.factories.http import client_of

pytestmark = pytest.mark.django_db

SYSTEMINFO = "/api/v2.0/systeminfo"
FOR_ANYBODY = {"auth_mode", "primary_auth_mode", "self_registration", "banner_message", "oidc_provider_name"}
FOR_USERS = {"harbor_version", "registry_url", "external_url", "read_only", "project_creation_restriction"} | {
    "has_ca_root",
    "registry_storage_provider_name",
    "notification_enable",
    "current_time",
}


def test_anybody_learns_how_to_sign_in():
    told = Client().get(SYSTEMINFO).json()
    assert set(told) == FOR_ANYBODY
    assert (told["auth_mode"], told["self_registration"]) == ("db_auth", False)


def test_users_learn_more():
    configuration.set("project_creation_restriction", "adminonly", by=SYSTEM)
    told = client_of(make_user(), Host="localhost:8080").get(SYSTEMINFO).json()
    assert set(told) == FOR_ANYBODY | FOR_USERS
    assert re.match(r"v2\.\d+\.\d+-", told["harbor_version"])
    assert (told["registry_url"], told["external_url"]) == ("localhost:8080", "http://localhost:8080")
    assert told["project_creation_restriction"] == "adminonly"
    assert told["registry_storage_provider_name"] == "memory"
    assert told["current_time"].endswith("Z")


def test_a_host_that_is_not_ours_is_not_told_to_anybody():
    answer = client_of(make_user(), Host="evil.example").get(SYSTEMINFO)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "BAD_REQUEST")
    assert b"evil" not in answer.content
