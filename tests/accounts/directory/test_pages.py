"""Identity and groups by pages, against a real directory."""

import pytest
from django.test import Client

from accounts import configuration
from accounts.identity.directory.settings import KEYS
from accounts.models import User, UserGroup
from accounts.principals import SYSTEM
from tests.engines.slapd import GROUPS, PASSWORD, PEOPLE, SEARCHER_DN, SEARCHER_PASSWORD
from tests.factories.accounts import make_auditor, make_user, user_of
from tests.factories.browser import browser_of

HTMX = {"HX-Request": "true"}


@pytest.fixture
def browser(directory) -> Client:
    return browser_of(make_user("root", is_sysadmin=True))


def form(**changed: str) -> dict[str, str]:
    """The form as it is sent when nothing but this was changed in it."""
    kept = configuration.get_many(KEYS)
    sent = {key: "on" if value is True else str(value) for key, value in kept.items() if value is not False}
    return {**sent, "ldap_search_password": "", "uses_directory": "on", **changed}


def kept(key: str):
    return configuration.get(key)


def test_the_page_shows_every_setting_and_no_password(browser):
    shown = browser.get("/identity").content.decode()
    assert SEARCHER_DN in shown
    assert SEARCHER_PASSWORD not in shown
    unused = "ldap_group_attach_parallel"
    assert [key for key in KEYS if f'name="{key}"' not in shown] == [unused]


def test_settings_are_saved_and_an_empty_password_keeps_the_old_one(browser):
    assert (
        browser.post("/identity", form(ldap_filter="(objectClass=person)", ldap_timeout="3"))["Location"] == "/identity"
    )
    assert (kept("ldap_filter"), kept("ldap_timeout")) == ("(objectClass=person)", 3)
    assert kept("ldap_search_password") == SEARCHER_PASSWORD
    assert kept("identity_sources") == ["local", "ldap"]


def test_another_address_asks_for_the_password_anew(browser, directory):
    refused = browser.post("/identity", form(ldap_url="ldap://elsewhere.test", ldap_filter="(kept=as typed)"))
    assert refused.status_code == 422
    assert "type the password again" in str(refused.context["form"].errors["ldap_search_password"])
    assert "(kept=as typed)" in refused.content.decode()
    assert kept("ldap_url") == directory.url
    sent = form(ldap_url="ldap://elsewhere.test", ldap_search_password="new-one")
    assert browser.post("/identity", sent).status_code == 303
    assert kept("ldap_search_password") == "new-one"


def test_who_searches_as_nobody_needs_no_password_and_none_is_kept(browser):
    assert browser.post("/identity", form(ldap_search_dn="", ldap_url="ldap://elsewhere.test")).status_code == 303
    assert kept("ldap_search_password") == ""


def test_the_directory_is_turned_off_and_on(browser):
    without = {key: value for key, value in form().items() if key != "uses_directory"}
    assert browser.post("/identity", without).status_code == 303
    assert kept("identity_sources") == ["local"]
    assert browser.post("/identity", form()).status_code == 303
    assert kept("auth_mode") == "ldap_auth"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"ldap_timeout": "0"}, "ldap_timeout"),
        ({"ldap_timeout": "soon"}, "ldap_timeout"),
        ({"ldap_scope": "7"}, "ldap_scope"),
        ({"ldap_uid": ""}, "ldap_uid"),
        ({"ldap_url": ""}, "ldap_url"),
    ],
)
def test_what_no_setting_can_be_is_told_beside_its_field(browser, changed, field):
    refused = browser.post("/identity", form(**changed))
    assert refused.status_code == 422
    assert refused.context["form"].errors[field]


def test_a_connection_is_tried_with_what_is_typed_and_nothing_is_saved(browser, directory):
    works = browser.post("/identity/try-connection", form(), headers=HTMX)
    assert works.status_code == 200
    assert f"takes {SEARCHER_DN}" in works.content.decode()
    wrong = browser.post("/identity/try-connection", form(ldap_search_password="wrong"), headers=HTMX).content.decode()
    assert "refuses" in wrong
    assert "“Password of who searches”" in wrong
    dead = form(ldap_url="ldap://127.0.0.1:1", ldap_search_password="given-anew")
    assert "does not answer" in browser.post("/identity/try-connection", dead, headers=HTMX).content.decode()
    assert kept("ldap_url") == directory.url
    unfit = browser.post("/identity/try-connection", form(ldap_timeout="0"), headers=HTMX)
    assert unfit.status_code == 422
    assert "Seconds to wait" in unfit.content.decode()


def test_without_javascript_the_whole_page_comes_back_without_the_password(browser):
    answer = browser.post("/identity/try-connection", form(ldap_search_password="wrong", ldap_filter="(typed=here)"))
    shown = answer.content.decode()
    assert "refuses" in shown
    assert "(typed=here)" in shown
    assert "type it again before you save" in shown
    assert 'value="wrong"' not in shown


def test_one_sign_in_is_tried_step_by_step(browser):
    sent = form(try_name="alice", try_password=PASSWORD)
    shown = browser.post("/identity/try-user", sent, headers=HTMX).content.decode()
    assert "alice can sign in." in shown
    assert f"uid=alice,{PEOPLE}" in shown
    assert f"cn=everyone,{GROUPS}" in shown
    assert PASSWORD not in shown
    assert not User.objects.filter(username="alice").exists()
    nobody = browser.post("/identity/try-user", form(try_name="nobody"), headers=HTMX).content.decode()
    assert "nobody cannot sign in" in nobody
    assert "“What they sign in with”" in nobody
    assert "<form" not in nobody


def test_a_sign_in_is_tried_with_what_is_typed(browser):
    shown = browser.post("/identity/try-user", form(try_name="alice", ldap_base_dn=GROUPS), headers=HTMX)
    assert "alice cannot sign in" in shown.content.decode()
    assert kept("ldap_base_dn") == PEOPLE


def test_an_auditor_reads_it_and_nobody_else_but_admins_tries_anything(browser):
    auditor, plain = browser_of(user_of(make_auditor())), browser_of(make_user())
    shown = auditor.get("/identity")
    assert shown.status_code == 200
    assert "Save identity" not in shown.content.decode()
    assert "try-user" not in shown.content.decode()
    assert plain.get("/identity").status_code == 403
    for address in ("/identity", "/identity/try-connection", "/identity/try-user"):
        for other in (auditor, plain):
            assert other.post(address, form(try_name="alice")).status_code == 403


def test_settings_of_the_environment_are_shown_and_tried_and_not_changed(browser, directory, settings):
    settings.CONFIGURATION = directory.settings()
    shown = browser.get("/identity").content.decode()
    assert "CONFIG_OVERWRITE_JSON" in shown
    assert "Save identity" not in shown
    assert browser.post("/identity", form(ldap_timeout="9")).status_code == 403
    tried = browser.post("/identity/try-user", {"try_name": "alice", "try_password": PASSWORD}, headers=HTMX)
    assert "alice can sign in." in tried.content.decode()


def test_a_group_is_looked_for_in_the_directory_and_added(browser):
    found = browser.get("/groups/new?q=dev").content.decode()
    dn = f"cn=devs,{GROUPS}"
    assert dn in found
    added = browser.post("/groups/new", {"dn": dn, "name": ""})
    group = UserGroup.objects.get()
    assert (group.name, group.ldap_dn, added["Location"]) == ("devs", dn, f"/groups/{group.pk}")
    assert f"/groups/{group.pk}" in browser.get("/groups/new?q=dev").content.decode()
    refused = browser.post("/groups/new", {"dn": dn.upper(), "name": ""})
    assert refused.status_code == 422
    assert "already" in str(refused.context["form"].errors["dn"])


@pytest.mark.parametrize("dn", ["nonsense", f"cn=absent,{GROUPS}", ""])
def test_what_is_no_group_of_the_directory_is_told_beside_its_field(browser, dn):
    refused = browser.post("/groups/new", {"dn": dn, "name": "Kept"})
    assert refused.status_code == 422
    assert refused.context["form"].errors["dn"]
    assert "Kept" in refused.content.decode()


def test_a_directory_that_does_not_answer_is_told_and_is_no_fault(browser):
    configuration.set_many({"ldap_url": "ldap://127.0.0.1:1", "ldap_search_password": ""}, by=SYSTEM)
    searched = browser.get("/groups/new?q=dev")
    assert searched.status_code == 200
    assert "does not answer" in searched.content.decode()
    refused = browser.post("/groups/new", {"dn": f"cn=devs,{GROUPS}", "name": ""})
    assert refused.status_code == 422
    assert "does not answer" in refused.content.decode()


def test_people_of_the_directory_get_accounts_before_they_sign_in(browser):
    assert "/users/import" in browser.get("/users").content.decode()
    found = browser.get("/users/import?q=o").content.decode()
    assert "bob@example.org" in found
    imported = browser.post("/users/import?q=o", {"names": ["bob", "carol"]})
    assert imported["Location"] == "/users?kind=ldap"
    assert [*User.objects.filter(source="ldap").order_by("username").values_list("username", flat=True)] == [
        "bob",
        "carol",
    ]
    assert "is here" in browser.get("/users/import?q=bob").content.decode()


def test_who_could_not_be_imported_is_listed_with_the_reason(browser):
    make_user("carol")
    refused = browser.post("/users/import?q=o", {"names": ["bob", "carol"]})
    assert refused.status_code == 422
    assert "there is a local user carol" in refused.content.decode()
    assert User.objects.filter(username="bob", source="ldap").exists()
    assert "Check one person at least" in browser.post("/users/import?q=o").content.decode()


def test_nobody_but_admins_imports_people(directory):
    for browser in (browser_of(make_user()), browser_of(user_of(make_auditor()))):
        assert browser.get("/users/import?q=o").status_code == 403
        assert browser.post("/users/import", {"names": ["bob"]}).status_code == 403
    assert not User.objects.filter(username="bob").exists()
