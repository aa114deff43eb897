"""The system's own pages: how it is, and how it is set."""

import json

import pytest

from accounts import configuration
from accounts.models import AuditRecord
from accounts.principals import SYSTEM
from accounts.settings_table import SETTINGS, UNUSED
from console.forms.configuration_groups import GROUPS
from registry.models import ProjectUsage
from tests.factories.accounts import make_auditor, make_principal, make_project, make_sysadmin, user_of
from tests.factories.browser import browser_of

pytestmark = pytest.mark.django_db

# Set on pages of their own, or nothing here uses them yet: no scanner, no webhook.
ELSEWHERE = ("ldap_", "identity_sources", "auth_mode", "primary_auth_mode", "scan", "notification_enable")


@pytest.fixture
def admin():
    return browser_of(user_of(make_sysadmin()))


def save(browser, group, **sent):
    return browser.post(f"/system/configuration/{group}", sent)


def test_it_tells_whether_all_works_and_what_is_held(admin):
    for name, used in (("small", 10**6), ("large", 10**9), ("empty", 0)):
        ProjectUsage.objects.create(project=make_project(name), used=used)
    shown = admin.get("/system").content.decode()
    assert shown.count("works") == 4
    assert shown.index("/projects/large") < shown.index("/projects/small")
    assert "/projects/empty" not in shown
    assert "/devcenter-api-2.0" in shown


def test_every_setting_that_does_something_stands_in_a_group_or_has_a_page():
    shown = {key for group in GROUPS for key in group.keys}
    for key, setting in SETTINGS.items():
        assert (key in shown) != (setting.meaning == UNUSED or key.startswith(ELSEWHERE)), key


def test_a_group_is_saved_alone(admin):
    answer = save(admin, "sign-in", self_registration="on", session_timeout="15", session_absolute_timeout="720")
    assert (answer.status_code, answer["Location"]) == (303, "/system/configuration#sign-in")
    assert configuration.flag("self_registration")
    assert configuration.number("session_timeout") == 15
    record = AuditRecord.objects.get(resource_type="configuration")
    assert record.resource == "self_registration = True, session_timeout = 15"
    shown = admin.get("/system/configuration").content.decode()
    assert 'value="15"' in shown
    save(admin, "sign-in", session_timeout="15", session_absolute_timeout="720")
    assert not configuration.flag("self_registration")


def test_each_kind_of_setting_can_be_filled_in(admin):
    projects = {"project_creation_restriction": "adminonly", "storage_per_project": "10 GiB"}
    assert save(admin, "projects", **projects).status_code == 303
    assert configuration.get("project_creation_restriction") == "adminonly"
    assert configuration.get("storage_per_project") == 10 << 30
    assert configuration.get("quota_per_project_enable") is False
    assert save(admin, "projects", **projects | {"storage_per_project": ""}).status_code == 303
    assert configuration.get("storage_per_project") == -1
    events = ["pull_artifact", "create_tag"]
    assert save(admin, "audit", disabled_audit_log_event_types=events).status_code == 303
    assert configuration.text("disabled_audit_log_event_types") == "pull_artifact,create_tag"
    assert admin.get("/system/configuration").content.decode().count("checked") >= 2


@pytest.mark.parametrize(
    ("group", "sent", "said"),
    [
        ("sign-in", {"session_timeout": "0", "session_absolute_timeout": "720"}, "greater than or equal to 1"),
        ("robots", {"robot_name_prefix": "a:b", "robot_token_duration": "30", "token_expiration": "30"}, "no colon"),
        ("audit", {"audit_log_forward_endpoint": "ftp://there"}, "audit_log_forward_endpoint"),
        ("audit", {"skip_audit_log_database": "on"}, "needs an audit_log_forward_endpoint"),
        ("projects", {"storage_per_project": "much", "project_creation_restriction": "everyone"}, "500 MB"),
        ("projects", {"project_creation_restriction": "nobody"}, "nobody is not one of the available choices"),
        ("banner", {"message": "x", "since": "2026-02-01", "until": "2026-01-01"}, "before it begins"),
    ],
)
def test_what_may_not_be_is_told_in_its_group_and_nothing_is_changed(admin, group, sent, said):
    before = configuration.get_all()
    answer = save(admin, group, **sent)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    for value in sent.values():
        assert f'value="{value}"' in answer.content.decode() or value in ("on", "nobody")
    assert configuration.get_all() == before


def test_a_message_to_everybody_stands_at_the_top_of_pages(admin):
    sent = {"message": "Back at <noon>", "kind": "warning", "since": "2020-01-01", "until": ""}
    assert save(admin, "banner", **sent).status_code == 303
    kept = {"message": "Back at <noon>", "type": "warning", "closable": False, "fromDate": "2020-01-01"}
    assert json.loads(configuration.text("banner_message")) == kept
    shown = admin.get("/system/configuration").content.decode()
    assert shown.count("Back at &lt;noon&gt;") == 2
    assert "alert-warning" in shown
    assert 'value="2020-01-01"' in shown
    assert save(admin, "banner", message="", kind="info").status_code == 303
    assert configuration.text("banner_message") == ""


def test_who_may_only_look_sees_no_button(admin):
    auditor = browser_of(user_of(make_auditor()))
    shown = auditor.get("/system/configuration").content.decode()
    assert "disabled" in shown
    assert ">Save" not in shown
    assert save(auditor, "sign-in", session_timeout="1", session_absolute_timeout="1").status_code == 403
    somebody = browser_of(user_of(make_principal()))
    assert somebody.get("/system").status_code == 403
    assert somebody.get("/system/configuration").status_code == 403
    assert admin.get("/system/configuration/nothing").status_code == 404
    assert save(admin, "nothing").status_code == 404


def test_what_the_environment_says_is_told_and_locked(admin, settings):
    settings.CONFIGURATION = {"session_timeout": 7}
    shown = admin.get("/system/configuration").content.decode()
    assert "CONFIG_OVERWRITE_JSON" in shown
    assert "<code>session_timeout</code>" in shown
    assert ">Save" not in shown
    assert save(admin, "sign-in", session_timeout="1", session_absolute_timeout="1").status_code == 403
    assert configuration.number("session_timeout") == 7


def test_no_secret_is_ever_shown(admin):
    configuration.set("ldap_search_password", "Sesame-1", by=SYSTEM)
    assert "Sesame-1" not in admin.get("/system/configuration").content.decode()
