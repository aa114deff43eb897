"""One sign-in told step by step: what an admin reads who wonders why it does not work."""

import pytest

from accounts import configuration
from accounts.exceptions import NotAllowed
from accounts.identity import trace
from accounts.models import BuiltIn, GroupKind, UserGroup
from accounts.principals import SYSTEM
from tests.engines.slapd import GROUPS, PASSWORD, SEARCHER_PASSWORD, Authority
from tests.factories.accounts import add_member, make_principal, make_project, make_user


def told(username="alice", password=PASSWORD, **changed):
    return trace.sign_in(username, password, changed=changed, by=SYSTEM)


def last(steps):
    return steps[-1].name, steps[-1].ok


def test_each_step_of_a_good_sign_in_is_told(directory):
    project = make_project("app")
    dn = f"cn=everyone,{GROUPS}"
    group = UserGroup.objects.create(name="everyone", kind=GroupKind.LDAP, ldap_dn=dn, dn_key=dn)
    add_member(project, group, BuiltIn.DEVELOPER)
    steps = {step.name: step for step in told()}
    assert list(steps) == ["local users", "address", "search bind", "person", "groups", "roles", "password"]
    assert all(step.ok for step in steps.values())
    assert "in the clear" in steps["address"].hint
    assert steps["person"].says == "found uid=alice,ou=people,dc=example,dc=org"
    assert steps["groups"].details[0] == f"cn=devs,{GROUPS}"
    assert f"cn=staff,{GROUPS} (through cn=devs,{GROUPS})" in steps["groups"].details
    assert steps["roles"].details == ["developer in project app by group everyone"]


@pytest.mark.parametrize(
    ("changed", "step", "hint"),
    [
        ({"ldap_url": "ldap://127.0.0.1:1"}, "search bind", "Is the host right"),
        ({"ldap_url": "http://127.0.0.1"}, "address", ""),
        ({"ldap_search_password": "wrong"}, "search bind", "ldap_search_password"),
        ({"ldap_base_dn": "ou=nowhere,dc=example,dc=org"}, "person", "base DN"),
        ({"ldap_filter": "(objectClass=device)"}, "person", "ldap_filter"),
        ({"ldap_filter": "(((broken"}, "person", "filter"),
        ({"ldap_uid": "cn"}, "person", "ldap_uid"),
    ],
)
def test_the_step_that_fails_is_the_last_and_says_what_to_look_at(directory, changed, step, hint):
    steps = told(**changed)
    assert last(steps) == (step, False)
    assert hint in steps[-1].hint
    assert all(each.ok for each in steps[:-1])


def test_a_certificate_of_another_authority_is_told_with_what_to_look_at(directory):
    for changed in ({"ldap_start_tls": True}, {"ldap_url": directory.secure_url}):
        steps = told(**changed, ldap_ca=Authority.new().pem)
        assert not steps[-1].ok
        assert "certificate" in steps[-1].hint
        assert last(told(**changed, ldap_ca=directory.authority.pem)) == ("password", True)


def test_a_wrong_password_is_told_apart_from_all_else(directory):
    steps = told(password="wrong")
    assert last(steps) == ("password", False)


def test_without_a_password_all_but_that_is_tried(directory):
    assert told(password="")[-1].says == "not tried: none was given"


def test_a_local_user_of_the_same_name_is_pointed_out(directory):
    make_user("alice")
    steps = told()
    assert steps[0].hint
    assert last(steps) == ("person", False)


def test_no_password_is_in_what_is_told(directory):
    for steps in (told(), told(password="canary-4711"), told(ldap_search_password="canary-4712")):
        text = str([vars(step) for step in steps])
        assert not any(secret in text for secret in (PASSWORD, SEARCHER_PASSWORD, "canary"))


def test_settings_that_are_tried_out_are_not_kept(directory):
    told(ldap_url="ldap://127.0.0.1:1")
    assert configuration.get("ldap_url") == directory.url


def test_only_system_admins_may_try(directory):
    with pytest.raises(NotAllowed):
        trace.sign_in("alice", by=make_principal())
