"""People on pages: who there is, what each may do, and what an admin changes."""

import pytest
from django.test import Client

from accounts import sign_in
from accounts.exceptions import CredentialsRefused
from accounts.models import AccessToken, BuiltIn, User
from tests.factories.accounts import PASSWORD, add_member, make_auditor, make_group, make_project, make_user, user_of
from tests.factories.browser import browser_of, is_signed_in

pytestmark = pytest.mark.django_db
NEW = {"username": "bob", "email": "bob@example.org", "password": "Another1pw", "again": "Another1pw"}


@pytest.fixture
def admin():
    return make_user("root", is_sysadmin=True)


@pytest.fixture
def browser(admin) -> Client:
    return browser_of(admin)


@pytest.fixture
def alice():
    return make_user("alice")


def names(answer):
    return [user.username for user in answer.context["listing"].rows]


def test_the_list_is_for_those_who_look_after_people_and_for_auditors(browser, alice):
    assert names(browser.get("/users")) == ["alice", "root"]
    assert browser_of(alice).get("/users").status_code == 403
    for_auditor = browser_of(user_of(make_auditor("ada"))).get("/users")
    assert names(for_auditor) == ["ada", "alice", "root"]
    assert "/users/new" not in for_auditor.content.decode()
    assert "/delete" not in for_auditor.content.decode()


def test_people_are_found_by_parts_of_what_is_known_of_them_and_by_kind(browser, alice):
    User.objects.filter(pk=alice.pk).update(realname="Alice Example", is_active=False)
    make_user("carol")
    assert names(browser.get("/users?q=EXAMPLE.org")) == ["alice", "carol", "root"]
    assert names(browser.get("/users?q=alice ex")) == ["alice"]
    assert names(browser.get("/users?kind=disabled")) == ["alice"]
    assert names(browser.get("/users?kind=admins")) == ["root"]
    assert names(browser.get("/users?kind=local&sort=-name")) == ["root", "carol", "alice"]
    assert "No user is like that." in browser.get("/users?q=nobody").content.decode()
    assert names(browser.get("/users?kind=nonsense")) == ["alice", "carol", "root"]


def test_a_list_of_many_people_asks_the_database_no_more_than_one_of_few(browser, django_assert_max_num_queries):
    for number in range(50):
        make_user(f"first{number:02}")
    browser.get("/users")
    with django_assert_max_num_queries(15) as few:
        browser.get("/users")
    for number in range(10):
        make_user(f"user{number:02}")
    with django_assert_max_num_queries(15) as many:
        answer = browser.get("/users")
    assert len(many) == len(few)
    assert len(names(browser.get(f"/users{answer.context['listing'].next_url}"))) == 11


def test_an_account_is_made_and_its_password_is_shown_nowhere(browser):
    made = browser.post("/users/new", NEW)
    bob = User.objects.get(username="bob")
    assert (made.status_code, made["Location"]) == (303, f"/users/{bob.pk}")
    assert sign_in.in_person("bob", "Another1pw").name == "bob"
    assert "Another1pw" not in browser.get(f"/users/{bob.pk}").content.decode()


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"username": "alice"}, "username", "A user named alice"),
        ({"username": "a,b"}, "username", "A user name has 1 to 255 characters"),
        ({"email": "nonsense"}, "email", "This is not an e-mail address"),
        ({"password": "easy", "again": "easy"}, "password", "A password has 8 to 128 characters"),
        ({"again": "Another2pw"}, "again", "This is not the password above"),
        ({"username": ""}, "username", "This field is required"),
    ],
)
def test_what_can_be_no_account_is_told_beside_its_field(browser, alice, changed, field, said):
    refused = browser.post("/users/new", {**NEW, "realname": "Kept as typed", **changed})
    assert refused.status_code == 422
    assert said in str(refused.context["form"].errors[field])
    assert "Kept as typed" in refused.content.decode()
    assert not User.objects.filter(username="bob").exists()


def test_accounts_are_made_by_system_admins_alone(alice):
    for browser in (browser_of(alice), browser_of(user_of(make_auditor()))):
        assert browser.get("/users/new").status_code == 403
        assert browser.post("/users/new", NEW).status_code == 403
    assert not User.objects.filter(username="bob").exists()


def test_a_page_of_somebody_tells_each_role_and_where_it_comes_from(browser, alice):
    group = make_group("ops", members=[alice])
    add_member(make_project("app"), alice, BuiltIn.DEVELOPER, repositories="team/**")
    add_member(make_project("base"), group, BuiltIn.GUEST)
    add_member(make_project("other"), make_user("carol"), BuiltIn.GUEST)
    shown = browser.get(f"/users/{alice.pk}")
    assert [member.project.name for member in shown.context["listing"].rows] == ["app", "base"]
    text = shown.content.decode()
    assert all(part in text for part in ("Developer", "team/**", "Guest", "group ops"))
    assert "ops" in browser.get(f"/users/{alice.pk}/groups").content.decode()


def test_others_may_look_at_themselves_and_at_nobody_else(alice, admin):
    browser = browser_of(alice)
    assert browser.get(f"/users/{alice.pk}").status_code == 200
    assert f"/users/{alice.pk}/rights" not in browser.get(f"/users/{alice.pk}").content.decode()
    assert browser.get(f"/users/{admin.pk}").status_code == 403
    for part in ("rights", "password", "delete"):
        assert browser.post(f"/users/{admin.pk}/{part}", {"name": "root"}).status_code == 403
    assert browser.post(f"/users/{alice.pk}/rights", {"is_sysadmin": "on", "is_active": "on"}).status_code == 403
    assert not User.objects.get(pk=alice.pk).is_sysadmin


def test_an_absent_user_is_a_page_that_says_so(browser):
    assert browser.get("/users/99999").status_code == 404
    assert browser.get("/users/99999999999999999999999").status_code == 404


def test_rights_in_the_system_are_given_and_taken(browser, alice):
    other = browser_of(alice)
    rights = f"/users/{alice.pk}/rights"
    assert browser.post(rights, {"is_active": "on", "is_sysadmin": "on", "is_auditor": "on"}).status_code == 303
    alice.refresh_from_db()
    assert (alice.is_active, alice.is_sysadmin, alice.is_auditor) == (True, True, True)
    assert not is_signed_in(other)
    assert browser.post(rights, {}).status_code == 303
    alice.refresh_from_db()
    assert (alice.is_active, alice.is_sysadmin, alice.is_auditor) == (False, False, False)
    with pytest.raises(CredentialsRefused):
        sign_in.in_person("alice", PASSWORD)


def test_of_rights_that_are_refused_none_is_given(browser, admin):
    refused = browser.post(f"/users/{admin.pk}/rights", {"is_active": "on", "is_auditor": "on"})
    assert refused.status_code == 422
    assert "the last system admin" in refused.content.decode()
    admin.refresh_from_db()
    assert (admin.is_sysadmin, admin.is_auditor) == (True, False)


def test_whoever_changes_their_own_rights_stays_signed_in(browser, admin):
    make_user("second", is_sysadmin=True)
    rights = f"/users/{admin.pk}/rights"
    answer = browser.post(rights, {"is_active": "on", "is_sysadmin": "on", "is_auditor": "on"})
    assert answer["Location"] == rights
    assert is_signed_in(browser)
    assert browser.post(rights, {"is_active": "on"})["Location"] == "/"
    assert is_signed_in(browser)


def test_a_new_password_is_set_for_others_and_ends_their_sessions(browser, alice, admin):
    other = browser_of(alice)
    sent = {"password": "Another1pw", "again": "Another1pw"}
    assert browser.post(f"/users/{alice.pk}/password", sent).status_code == 303
    assert not is_signed_in(other)
    assert sign_in.in_person("alice", "Another1pw").name == "alice"
    refused = browser.post(f"/users/{alice.pk}/password", {"password": "easy1Xx", "again": "easy1Xx"})
    assert refused.status_code == 422
    assert "easy1Xx" not in refused.content.decode()
    assert browser.get(f"/users/{admin.pk}/password")["Location"] == "/me#password"


def test_a_profile_of_others_is_changed(browser, alice):
    profile = f"/users/{alice.pk}/profile"
    assert browser.post(profile, {"email": "a@example.org", "realname": "Alice"}).status_code == 303
    assert User.objects.get(pk=alice.pk).realname == "Alice"
    refused = browser.post(profile, {"email": "root@example.org", "realname": "Kept"})
    assert "another user has the address" in str(refused.context["form"].errors["email"]).lower()


def test_deleting_says_what_goes_and_takes_the_name(browser, alice):
    add_member(make_project("app"), alice, BuiltIn.DEVELOPER)
    AccessToken.objects.create(user=alice, name="laptop", key="k", secret_hash="h")
    asked = browser.get(f"/users/{alice.pk}/delete").content.decode()
    assert all(part in asked for part in ("1 role in a project", "app", "1 access token", "Nothing brings"))
    assert browser.post(f"/users/{alice.pk}/delete", {"name": "bob"}).status_code == 422
    assert browser.post(f"/users/{alice.pk}/delete", {"name": "alice"})["Location"] == "/users"
    assert not User.objects.filter(username="alice").exists()


def test_nobody_deletes_themselves(browser, admin):
    assert f"/users/{admin.pk}/delete" not in browser.get(f"/users/{admin.pk}").content.decode()
    refused = browser.post(f"/users/{admin.pk}/delete", {"name": "root"})
    assert refused.status_code == 422
    assert "Nobody deletes their own account" in refused.content.decode()


def test_a_name_of_markup_is_a_name(browser, admin):
    user = make_user("<b>bold</b>")
    add_member(make_project("app"), user, BuiltIn.GUEST)
    for address in ("/users", f"/users/{user.pk}", f"/users/{user.pk}/rights", f"/users/{user.pk}/delete"):
        shown = browser.get(address).content.decode()
        assert "<b>bold" not in shown
        assert "&lt;b&gt;bold" in shown


def test_access_tokens_of_others_are_seen_by_who_looks_after_people_and_revoked_by_admins(browser, alice, admin):
    token = AccessToken.objects.create(user=alice, name="laptop", key="k", secret_hash="h")
    tokens = f"/users/{alice.pk}/tokens"
    assert "laptop" in browser.get(tokens).content.decode()
    auditor = browser_of(user_of(make_auditor()))
    assert "laptop" in auditor.get(tokens).content.decode()
    assert "revoke" not in auditor.get(tokens).content.decode()
    for other in (auditor, browser_of(make_user())):
        assert other.post(f"{tokens}/{token.pk}/revoke").status_code == 403
    assert browser.get(f"/users/{admin.pk}/tokens")["Location"] == "/me/tokens"
    assert browser.get(f"{tokens}/99999/revoke").status_code == 404
    assert "laptop" in browser.get(f"{tokens}/{token.pk}/revoke").content.decode()
    assert browser.post(f"{tokens}/{token.pk}/revoke")["Location"] == tokens
    assert not AccessToken.objects.exists()
