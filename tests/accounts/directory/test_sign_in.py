"""Who signs in by the directory, and who does not."""

import socket
import time

import ldap
import pytest

from accounts import configuration, sign_in, users
from accounts.exceptions import CredentialsRefused, Invalid
from accounts.identity import refresh
from accounts.identity.directory import line
from accounts.models import BuiltIn, User, UserGroup
from accounts.permissions import may
from accounts.principals import SYSTEM
from tests.engines.slapd import GROUPS, PASSWORD, PEOPLE, SEARCHER_PASSWORD, Authority
from tests.factories.accounts import PASSWORD as LOCAL_PASSWORD
from tests.factories.accounts import add_member, make_project, make_user


def refused(username, password=PASSWORD):
    with pytest.raises(CredentialsRefused) as refusal:
        sign_in.with_password(username, password)
    assert str(refusal.value) == "The user name or the password is wrong."


def groups_of(username):
    return set(UserGroup.objects.filter(user_memberships__user__username=username).values_list("name", flat=True))


def test_a_person_of_the_directory_signs_in_and_has_a_row(directory):
    by = sign_in.with_password("alice", PASSWORD)
    alice = User.objects.get(username="alice")
    assert (by.key, by.name, by.is_sysadmin) == (f"user:{alice.pk}", "alice", False)
    assert (alice.realname, alice.email, alice.source) == ("Alice Example", "alice@example.org", "ldap")
    assert not alice.has_usable_password()


def test_groups_are_found_through_groups_and_a_circle_of_them_ends(directory):
    sign_in.with_password("alice", PASSWORD)
    assert groups_of("alice") == {"devs", "staff", "everyone"}


def test_groups_in_groups_count_only_where_that_is_wanted(directory):
    configuration.set("ldap_group_nested", False, by=SYSTEM)
    sign_in.with_password("alice", PASSWORD)
    assert groups_of("alice") == {"devs"}


@pytest.mark.parametrize(
    "changed",
    [
        {"ldap_group_base_dn": "", "ldap_group_search_filter": ""},  # what her own entry lists, and theirs
        {"ldap_group_membership_attribute": "description"},  # what lists her, and lists that
    ],
    ids=["by memberOf", "by member search"],
)
def test_groups_are_found_either_way(directory, changed):
    configuration.set_many(changed, by=SYSTEM)
    sign_in.with_password("alice", PASSWORD)
    assert groups_of("alice") == {"devs", "staff", "everyone"}


def test_a_role_of_a_group_in_which_ones_group_is_counts(directory):
    project = make_project()
    sign_in.with_password("alice", PASSWORD)
    add_member(project, UserGroup.objects.get(name="everyone"), BuiltIn.DEVELOPER)
    assert may(sign_in.with_password("alice", PASSWORD), "repository:push", project)
    assert not may(sign_in.with_password("carol", PASSWORD), "repository:push", project)


def test_groups_that_are_left_are_gone_at_the_next_sign_in_and_at_a_refresh(directory):
    for renew in (lambda: sign_in.with_password("carol", PASSWORD), lambda: list(refresh.everybody())):
        group = directory.add_group("guests", f"uid=carol,{PEOPLE}")
        sign_in.forget()
        by = sign_in.with_password("carol", PASSWORD)
        assert groups_of("carol") == {"guests"}
        directory.delete(group)
        sign_in.forget()
        renew()
        assert groups_of("carol") == set()
        assert User.objects.get(username="carol").authorization_version > by.authorization_version


def test_members_of_any_admin_group_are_system_admins_while_they_are(directory):
    listed = f"cn=nobody,{GROUPS};CN=Admins , {GROUPS.upper()}"
    configuration.set("ldap_group_admin_dn", listed, by=SYSTEM)
    assert sign_in.with_password("bob", PASSWORD).is_sysadmin
    assert not sign_in.with_password("alice", PASSWORD).is_sysadmin
    configuration.set("ldap_group_admin_dn", f"cn=nobody,{GROUPS}", by=SYSTEM)
    sign_in.forget()
    assert not sign_in.with_password("bob", PASSWORD).is_sysadmin


def test_a_group_that_only_looks_like_the_admins_makes_no_admin(directory):
    configuration.set("ldap_group_admin_dn", f"cn=admins,{GROUPS}", by=SYSTEM)
    alike = [
        directory.add_group("admins-", f"uid=carol,{PEOPLE}"),
        directory.add_group("x\\,cn=admins", f"uid=carol,{PEOPLE}"),
    ]
    assert not sign_in.with_password("carol", PASSWORD).is_sysadmin
    for group in alike:
        directory.delete(group)


def test_one_is_the_same_person_whatever_the_case_of_the_name(directory):
    assert sign_in.with_password("ALICE", PASSWORD).id == sign_in.with_password("alice", PASSWORD).id
    assert User.objects.filter(username__iexact="alice").count() == 1


@pytest.mark.parametrize("password", ["", " ", "\0", "wrong", PASSWORD.lower(), PASSWORD + " "])
def test_a_wrong_password_is_refused_and_an_empty_one_is_never_sent(directory, password):
    before = len(directory.log.read_text())
    refused("alice", password)
    was_sent = 'BIND dn="uid=alice' in directory.log.read_text()[before:]
    assert was_sent is bool(password)


@pytest.mark.parametrize(
    "username",
    ["*", "al*", "alice)(uid=*", "admin)(|(uid=*", "\\61lice", "alice\\00", f"uid=alice,{PEOPLE}", "alice ", "x" * 255],
)
def test_a_name_is_a_name_and_no_filter(directory, username):
    if username.strip() != "alice":
        refused(username)
        assert not User.objects.filter(source="ldap").exists()


def test_a_local_user_of_the_same_name_is_somebody_else(directory):
    for name in ("alice", "Bob"):
        make_user(name)
    refused("alice")
    refused("bob")
    assert sign_in.with_password("alice", LOCAL_PASSWORD).name == "alice"
    assert set(User.objects.values_list("source", flat=True)) == {"local"}


def test_an_address_that_is_somebody_elses_makes_nobody_the_same(directory):
    make_user("other")
    User.objects.filter(username="other").update(email="alice@example.org")
    sign_in.with_password("alice", PASSWORD)
    assert User.objects.get(username="alice").email == ""


def test_who_is_disabled_here_stays_out(directory):
    sign_in.with_password("alice", PASSWORD)
    users.disable(User.objects.get(username="alice"), by=SYSTEM)
    refused("alice")


def test_who_left_the_directory_is_out_and_disabled_at_the_refresh(directory):
    dn = directory.add_person("dave")
    sign_in.with_password("alice", PASSWORD)
    sign_in.with_password("dave", PASSWORD)
    directory.delete(dn)
    list(refresh.everybody())
    assert not User.objects.get(username="dave").is_active
    assert User.objects.get(username="alice").is_active


def test_a_directory_that_finds_nobody_shuts_nobody_out(directory):
    sign_in.with_password("alice", PASSWORD)
    configuration.set("ldap_filter", "(objectClass=device)", by=SYSTEM)
    assert "nobody is shut out" in " ".join(refresh.everybody())
    assert User.objects.get(username="alice").is_active


def test_a_filter_keeps_people_out(directory):
    configuration.set("ldap_filter", "(mail=bob@example.org)", by=SYSTEM)
    sign_in.with_password("bob", PASSWORD)
    refused("alice")


@pytest.mark.parametrize("way", ["StartTLS", "LDAPS"])
def test_the_connection_is_encrypted_with_a_certificate_of_the_authority(directory, way):
    encrypted = (
        {"ldap_start_tls": True}
        if way == "StartTLS"
        else {"ldap_url": directory.secure_url, "ldap_search_password": SEARCHER_PASSWORD}
    )
    configuration.set_many(encrypted | {"ldap_ca": directory.authority.pem}, by=SYSTEM)
    sign_in.with_password("alice", PASSWORD)
    configuration.set("ldap_ca", Authority.new().pem, by=SYSTEM)
    refused("bob")
    line.forget()
    configuration.set("ldap_verify_cert", False, by=SYSTEM)
    sign_in.with_password("bob", PASSWORD)


def test_a_directory_that_takes_no_searcher_lets_nobody_in(directory):
    configuration.set("ldap_search_password", "wrong", by=SYSTEM)
    refused("alice")


def test_a_dead_directory_refuses_its_people_and_no_others(directory):
    make_user("local")
    configuration.set_many({"ldap_url": "ldap://127.0.0.1:1", "ldap_search_password": ""}, by=SYSTEM)
    refused("alice")
    assert sign_in.with_password("local", LOCAL_PASSWORD).name == "local"


def test_a_hung_directory_keeps_one_waiting_and_not_all(directory):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"ldap://127.0.0.1:{silent.getsockname()[1]}"
        configuration.set_many({"ldap_url": url, "ldap_search_password": ""}, by=SYSTEM)
        began = time.monotonic()
        refused("alice")
        first = time.monotonic() - began
        began = time.monotonic()
        for name in ("bob", "carol", "eve"):
            refused(name)
        assert time.monotonic() - began < first  # three after it cost less than it did


def test_a_setting_acts_at_the_next_sign_in(directory):
    configuration.set("ldap_uid", "mail", by=SYSTEM)
    assert sign_in.with_password("alice@example.org", PASSWORD).name == "alice@example.org"
    refused("alice")


def test_without_ldap_among_the_sources_nobody_is_asked(directory):
    configuration.set("auth_mode", "db_auth", by=SYSTEM)
    refused("alice")


def test_a_changed_password_acts_when_the_memory_of_the_old_one_ends(directory):
    dn = directory.add_person("frank")
    sign_in.with_password("frank", PASSWORD)
    directory.change(dn, ldap.MOD_REPLACE, "userPassword", "New-0ne")
    sign_in.forget()
    refused("frank")
    assert sign_in.with_password("frank", "New-0ne").name == "frank"
    directory.delete(dn)


def test_the_searchers_password_goes_to_no_address_that_it_was_not_given_for(directory):
    with pytest.raises(Invalid, match="ldap_search_password"):
        configuration.set("ldap_url", "ldap://127.0.0.1:1", by=SYSTEM)
    assert configuration.get("ldap_url") == directory.url
