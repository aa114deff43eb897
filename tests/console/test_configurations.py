"""/api/v2.0/configurations"""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from accounts import configuration
from accounts.models import AuditRecord, BuiltIn, Setting
from accounts.principals import SYSTEM
from accounts.settings_table import HARBORS_OWN, SETTINGS
from tests.factories.accounts import make_principal, make_project, make_sysadmin, make_user, member_of
from tests.factories.http import client_of, send

pytestmark = pytest.mark.django_db

CONFIGURATIONS = "/api/v2.0/configurations"
SECRETS = {"ldap_search_password", "oidc_client_secret", "uaa_client_secret"}
CANARY = "canary-4711"


def put(who, **values):
    return send(client_of(who), "PUT", CONFIGURATIONS, values)


def refusal(answer):
    return answer.status_code, answer.json()["errors"][0]["message"]


def test_every_setting_is_shown_with_whether_it_may_be_changed_but_for_secrets():
    told = client_of(make_sysadmin()).get(CONFIGURATIONS).json()
    assert set(told) == SETTINGS.keys() - SECRETS
    assert len(told) >= HARBORS_OWN - len(SECRETS)
    assert all(set(each) == {"value", "editable"} for each in told.values())
    assert told["token_expiration"] == {"value": 30, "editable": True}
    assert told["scan_all_policy"]["value"] == {"type": "none"}
    assert told["oidc_extra_redirect_parms"]["value"] == "{}"


def test_a_change_acts_at_once():
    admin = make_sysadmin()
    assert put(admin, token_expiration=5, banner_message="Closed on Monday").status_code == 200
    told = client_of(admin).get(CONFIGURATIONS).json()
    assert (told["token_expiration"]["value"], told["banner_message"]["value"]) == (5, "Closed on Monday")
    record = AuditRecord.objects.get(operation="update")
    assert record.resource == "banner_message = Closed on Monday, token_expiration = 5"


def test_what_is_as_it_was_changes_nothing_and_is_not_recorded():
    assert put(make_sysadmin(), token_expiration=30, read_only=False, ldap_url=None).status_code == 200
    assert not Setting.objects.exists()
    assert not AuditRecord.objects.filter(operation="update").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"token_expiration": 0},
        {"robot_token_duration": -1},
        {"session_timeout": 10**10},
        {"token_expiration": "30"},
        {"read_only": "true"},
        {"auth_mode": "oidc_auth"},
        {"identity_sources": ["ldap", "kerberos"]},
        {"robot_name_prefix": ""},
        {"scan_all_policy": "daily"},
        {"oidc_extra_redirect_parms": "[1]"},
        {"no_such_setting": 1},
        {"skip_audit_log_database": True},
        {"audit_log_forward_endpoint": "http://logs.example.org"},
        {"disabled_audit_log_event_types": "create_user,create_everything"},
    ],
    ids=json.dumps,
)
def test_one_bad_value_changes_nothing(wrong):
    status, message = refusal(put(make_sysadmin(), read_only_too=None, banner_message="new", **wrong))
    assert status == 400
    assert next(iter(wrong)) in message
    assert configuration.get("banner_message") == ""


@pytest.mark.parametrize("body", ["[]", '"x"', "7", "null"])
def test_a_body_that_is_no_object_is_refused(body):
    answer = client_of(make_sysadmin()).put(CONFIGURATIONS, body, content_type="application/json")
    assert answer.status_code == 400


def test_a_secret_goes_in_and_never_comes_out(caplog):
    caplog.set_level("DEBUG")
    admin = make_sysadmin()
    assert put(admin, ldap_search_password=CANARY, oidc_client_secret=CANARY).status_code == 200
    assert configuration.get("ldap_search_password") == CANARY
    said = [client_of(admin).get(path).content for path in (CONFIGURATIONS, "/api/v2.0/internalconfig")]
    kept = [f"{row.value}" for row in Setting.objects.all()]
    told = [f"{vars(row)}" for row in AuditRecord.objects.all()]
    assert "ldap_search_password = ***" in AuditRecord.objects.get(operation="update").resource
    exported = StringIO()
    call_command("audit", "export", stdout=exported)
    assert CANARY not in f"{said}{kept}{told}{exported.getvalue()}{caplog.text}"
    wrong = put(admin, ldap_search_password=[CANARY])
    assert (wrong.status_code, CANARY in wrong.content.decode()) == (400, False)


def test_only_system_admins_see_and_change_settings():
    for who in (make_principal(), member_of(make_project(), BuiltIn.PROJECT_ADMIN)):
        assert client_of(who).get(CONFIGURATIONS).status_code == 403
        assert put(who, read_only=True).status_code == 403
        assert client_of(who).get("/api/v2.0/internalconfig").status_code == 403
    assert Client().get(CONFIGURATIONS).status_code == 401
    assert send(Client(), "PUT", CONFIGURATIONS, {"read_only": True}).status_code == 401
    assert configuration.get("read_only") is False


def test_with_people_in_the_database_clients_see_their_source_as_settled():
    root = make_user("admin", is_sysadmin=True)
    mode = client_of(root).get(CONFIGURATIONS).json()["auth_mode"]
    assert mode == {"value": "db_auth", "editable": True}
    make_user("alice")
    assert client_of(root).get(CONFIGURATIONS).json()["auth_mode"]["editable"] is False
    assert put(root, identity_sources=["local", "ldap"]).status_code == 200
    assert client_of(root).get(CONFIGURATIONS).json()["auth_mode"]["value"] == "ldap_auth"


def test_what_the_environment_says_nobody_changes(settings):
    settings.CONFIGURATION = {"auth_mode": "ldap_auth", "token_expiration": 7, "ldap_search_password": CANARY}
    admin = make_sysadmin()
    answer = client_of(admin).get(CONFIGURATIONS)
    assert not any(each["editable"] for each in answer.json().values())
    assert answer.json()["token_expiration"]["value"] == 7
    assert CANARY not in answer.content.decode()
    status, message = refusal(put(admin, read_only=True))
    assert (status, "CONFIG_OVERWRITE_JSON" in message) == (403, True)


def test_a_map_may_be_sent_as_a_text_that_holds_it():
    configuration.set("read_only", False, by=SYSTEM)
    for sent in ({"prompt": "login"}, '{"prompt": "login"}'):
        assert put(make_sysadmin(), oidc_extra_redirect_parms=sent).status_code == 200
        assert configuration.get("oidc_extra_redirect_parms") == {"prompt": "login"}
