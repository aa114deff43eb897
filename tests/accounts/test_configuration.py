"""Settings that change while the system runs."""

from typing import Any

import pytest

from accounts import configuration
from accounts.exceptions import ConfigurationLocked, Invalid, NotAllowed, NotAuthenticated
from accounts.models import AuditRecord, BuiltIn, Setting
from accounts.principals import ANONYMOUS, SYSTEM
from accounts.settings_table import HARBORS_OWN, SETTINGS
from tests.factories.accounts import make_project, make_sysadmin, member_of

pytestmark = pytest.mark.django_db


def test_a_setting_has_its_default_until_it_is_changed():
    assert configuration.get("token_expiration") == 30
    configuration.set("token_expiration", 5, by=make_sysadmin("root"))
    assert configuration.get("token_expiration") == 5
    record = AuditRecord.objects.get()
    assert (record.principal, record.operation, record.resource) == ("root", "update", "token_expiration = 5")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("token_expiration", 1),
        ("token_expiration", 9_999_999_999),
        ("project_creation_restriction", "everyone"),
        ("project_creation_restriction", "adminonly"),
        ("read_only", True),
        ("read_only", False),
    ],
)
def test_these_values_are_taken(key, value):
    configuration.set(key, value, by=SYSTEM)
    assert configuration.get(key) == value


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("token_expiration", 0),
        ("token_expiration", -1),
        ("token_expiration", 10_000_000_000),
        ("token_expiration", True),
        ("token_expiration", "30"),
        ("token_expiration", 1.5),
        ("token_expiration", None),
        ("project_creation_restriction", "nobody"),
        ("project_creation_restriction", ""),
        ("project_creation_restriction", True),
        ("read_only", 1),
        ("read_only", "true"),
        ("read_only", None),
        ("no_such_setting", 1),
    ],
)
def test_other_values_are_refused_and_change_nothing(key, value):
    with pytest.raises(Invalid):
        configuration.set(key, value, by=SYSTEM)
    assert configuration.get_all() == {known: setting.default for known, setting in SETTINGS.items()}


def test_only_system_admins_change_settings():
    with pytest.raises(NotAllowed):
        configuration.set("read_only", True, by=member_of(make_project(), BuiltIn.PROJECT_ADMIN))
    with pytest.raises(NotAuthenticated):
        configuration.set("read_only", True, by=ANONYMOUS)


def test_an_unknown_setting_is_a_mistake_of_ours():
    with pytest.raises(KeyError):
        configuration.get("no_such_setting")


def test_all_of_harbors_settings_are_known():
    assert len(SETTINGS) > HARBORS_OWN
    for key in ("ldap_url", "oidc_client_secret", "storage_per_project", "banner_message", "session_timeout"):
        assert list(SETTINGS).index(key) < HARBORS_OWN


def test_several_settings_change_together_or_not_at_all():
    configuration.set_many({"read_only": True, "session_timeout": 5}, by=SYSTEM)
    with pytest.raises(Invalid):
        configuration.set_many({"read_only": False, "session_timeout": 0}, by=SYSTEM)
    assert configuration.get_many(["read_only", "session_timeout"]) == {"read_only": True, "session_timeout": 5}


def test_a_secret_is_encrypted_at_rest_and_is_in_no_record():
    configuration.set("ldap_search_password", "canary-4711", by=SYSTEM)
    assert "canary" not in str(Setting.objects.get().value)
    assert "canary" not in AuditRecord.objects.get().resource
    assert configuration.get("ldap_search_password") == "canary-4711"


def test_harbors_mode_of_sign_in_is_our_list_of_sources():
    assert configuration.get("auth_mode") == "db_auth"
    configuration.set("auth_mode", "ldap_auth", by=SYSTEM)
    assert configuration.get_many(["identity_sources", "auth_mode"]) == {
        "identity_sources": ["local", "ldap"],
        "auth_mode": "ldap_auth",
    }
    configuration.set("identity_sources", ["ldap", "local"], by=SYSTEM)
    configuration.set("auth_mode", "db_auth", by=SYSTEM)
    assert configuration.get("identity_sources") == ["local"]
    wrongs: list[Any] = [["oidc"], ["ldap", "ldap"], "ldap", [1]]
    for wrong in wrongs:
        with pytest.raises(Invalid):
            configuration.set("identity_sources", wrong, by=SYSTEM)


def test_what_the_environment_says_is_so_and_stays_so(settings):
    settings.CONFIGURATION = {"auth_mode": "ldap_auth", "token_expiration": 7}
    assert configuration.get_many(["auth_mode", "token_expiration"]) == {
        "auth_mode": "ldap_auth",
        "token_expiration": 7,
    }
    with pytest.raises(ConfigurationLocked):
        configuration.set("read_only", True, by=SYSTEM)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"auth_mode": "oidc_auth"}, "auth_mode must be one of db_auth, ldap_auth"),
        ({"no_such_setting": 1}, "there is no setting no_such_setting"),
        ({"skip_audit_log_database": True}, "skip_audit_log_database needs an audit_log_forward_endpoint"),
    ],
)
def test_what_the_environment_says_must_be_possible(settings, given, reason):
    settings.CONFIGURATION = given
    with pytest.raises(Invalid, match=reason):
        configuration.check_given()


def test_of_mode_and_sources_the_one_that_is_changed_counts():
    configuration.set_many({"auth_mode": "ldap_auth", "identity_sources": ["local"]}, by=SYSTEM)
    assert configuration.get("identity_sources") == ["local", "ldap"]
    configuration.set_many({"auth_mode": "ldap_auth", "identity_sources": ["local"]}, by=SYSTEM)
    assert configuration.get("auth_mode") == "db_auth"
    with pytest.raises(Invalid, match="contradict"):
        configuration.set_many({"auth_mode": "ldap_auth", "identity_sources": []}, by=SYSTEM)
    assert configuration.get("identity_sources") == ["local"]


@pytest.mark.parametrize("prefix", ["ro:bot", "ro bot", "ro/bot", "x" * 65])
def test_robots_can_sign_in_under_any_prefix(prefix):
    with pytest.raises(Invalid, match="robot_name_prefix"):
        configuration.set("robot_name_prefix", prefix, by=SYSTEM)
