"""/api/v2.0/systeminfo"""

import re
import shutil
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from accounts import configuration
from accounts.principals import SYSTEM
from tests.factories.accounts import make_sysadmin, make_user
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


def test_what_an_admin_sets_is_told():
    changed: dict[str, Any] = {
        "self_registration": True,
        "banner_message": "Closed",
        "auth_mode": "ldap_auth",
        "read_only": True,
    }
    configuration.set_many({**changed, "primary_auth_mode": True, "notification_enable": False}, by=SYSTEM)
    told = client_of(make_user()).get(SYSTEMINFO).json()
    assert told.items() >= {**changed, "primary_auth_mode": True, "notification_enable": False}.items()


def test_volumes_are_those_of_the_file_system(settings, tmp_path):
    admin = client_of(make_sysadmin())
    assert admin.get(f"{SYSTEMINFO}/volumes").json() == {"storage": []}
    settings.STORAGE = tmp_path.as_uri()
    (volume,) = admin.get(f"{SYSTEMINFO}/volumes").json()["storage"]
    assert volume["total"] == shutil.disk_usage(tmp_path).total
    assert 0 <= volume["free"] <= volume["total"]


def test_the_certificate_is_for_everybody_and_a_key_beside_it_is_not(settings, tmp_path):
    assert Client().get(f"{SYSTEMINFO}/getcert").status_code == 404
    certificate = "-----BEGIN CERTIFICATE-----\nTUlJ\n-----END CERTIFICATE-----"
    file = tmp_path / "ca.pem"
    file.write_text(f"-----BEGIN PRIVATE KEY-----\nU0VDUkVU\n-----END PRIVATE KEY-----\n{certificate}\n")
    settings.ENV = replace(settings.ENV, ca_root=str(file))
    answer = Client().get(f"{SYSTEMINFO}/getcert")
    assert (answer.status_code, answer.content.decode()) == (200, f"{certificate}\n")
    assert answer["Content-Disposition"] == "attachment; filename=ca.crt"
    assert client_of(make_user()).get(SYSTEMINFO).json()["has_ca_root"] is True
    file.unlink()
    assert Client().get(f"{SYSTEMINFO}/getcert").status_code == 404


def test_a_host_that_is_not_ours_is_not_told_to_anybody():
    answer = client_of(make_user(), Host="evil.example").get(SYSTEMINFO)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "BAD_REQUEST")
    assert b"evil" not in answer.content
