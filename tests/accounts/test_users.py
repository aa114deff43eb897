"""People: making them by Harbor's rules, taking their rights away, and their passwords."""

from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import check_password

from accounts import users
from accounts.exceptions import CredentialsRefused, Invalid, NotAllowed, NotAuthenticated, TokenTooNarrow, UserExists
from accounts.models import AuditRecord, User
from accounts.principals import ANONYMOUS, SYSTEM, of_user
from accounts.sign_in import with_token
from tests.factories.accounts import PASSWORD, make_principal, make_sysadmin, make_user, token_for

pytestmark = pytest.mark.django_db


def make(username: str = "alice", email: str = "alice@example.org", password: str = PASSWORD, **more: str) -> User:
    return users.create(username, email, password, by=SYSTEM, **more)


def test_a_system_admin_makes_a_user_who_is_none():
    root = make_sysadmin("root")
    alice = users.create("alice", "alice@example.org", PASSWORD, "Alice A.", "from the team", by=root)
    alice.refresh_from_db()
    assert (alice.username, alice.realname, alice.comment) == ("alice", "Alice A.", "from the team")
    assert not alice.is_sysadmin
    assert alice.is_active
    assert alice.password.startswith("argon2$argon2id$")
    record = AuditRecord.objects.get()
    assert (record.principal, record.operation, record.resource) == ("root", "create", "alice")


def test_nobody_else_makes_users():
    for by, refusal in (
        (make_principal(), NotAllowed),
        (ANONYMOUS, NotAuthenticated),
        (with_token(token_for(make_sysadmin())), TokenTooNarrow),
    ):
        with pytest.raises(refusal):
            users.create("alice", "alice@example.org", PASSWORD, by=by)


@pytest.mark.parametrize("username", ["a", "a" * 255, "alice@example.org", "Ünï", "a b", "robot-1", "a/b", "<b>"])
def test_a_user_name_may_be_as_harbors(username):
    assert make(username).username == username


@pytest.mark.parametrize(
    "username",
    ["", "a" * 256, "a,b", 'a"b', "a~b", "a#b", "a%b", "robot$a", "a:b", "a\0b", "a\nb", "\ud800", " a", "a ",
     "anonymous", "system"],
)  # fmt: skip
def test_another_user_name_is_refused(username):
    with pytest.raises(Invalid):
        make(username)


@pytest.mark.parametrize("password", ["Aa345678", "A" * 126 + "a1", "Xünïcode-Änd-1a", "Aa1\n\n\n\n\n"])
def test_a_password_may_be_as_harbors(password):
    assert check_password(password, make(password=password).password)


@pytest.mark.parametrize("password", ["", "Aa34567", "A" * 127 + "a1", "alllower1", "ALLUPPER1", "NoDigitsHere"])
def test_another_password_is_refused(password):
    with pytest.raises(Invalid, match="8 to 128 characters"):
        make(password=password)


@pytest.mark.parametrize("email", ["", "alice", "alice@", "@example.org", "a b@example.org", "a@b", "a\0@example.org"])
def test_what_is_no_address_is_refused(email):
    with pytest.raises(Invalid):
        make(email=email)


def test_long_names_and_comments_are_refused():
    for more in ({"realname": "x" * 256}, {"comment": "x" * 31}, {"realname": "a\0b"}):
        with pytest.raises(Invalid):
            make(**more)


def test_names_and_addresses_are_taken_once():
    make("alice", "alice@example.org")
    with pytest.raises(UserExists):
        make("alice", "other@example.org")
    with pytest.raises(UserExists):
        make("bob", "alice@example.org")
    assert User.objects.count() == 1


def test_the_first_admin_is_number_one_and_there_is_no_second():
    admin = users.make_first_admin(PASSWORD)
    assert (admin.pk, admin.username, admin.is_sysadmin) == (1, "admin", True)
    with pytest.raises(UserExists):
        users.make_first_admin("Another-Horse-2")
    assert check_password(PASSWORD, User.objects.get().password)
    assert make("alice").pk != 1


def test_the_first_admin_is_made_only_where_there_is_nobody_and_with_a_good_password():
    with pytest.raises(Invalid):
        users.make_first_admin("admin")
    make_user("alice")
    with pytest.raises(UserExists):
        users.make_first_admin(PASSWORD)


def test_only_a_system_admin_disables_enables_and_promotes():
    alice = make_user("alice")
    by = make_principal("bob")
    changes: list[Callable[[], None]] = [
        lambda: users.disable(alice, by=by),
        lambda: users.enable(alice, by=by),
        lambda: users.set_sysadmin(alice, True, by=by),
        lambda: users.set_sysadmin(alice, True, by=of_user(alice)),
    ]
    for change in changes:
        with pytest.raises(NotAllowed):
            change()
    alice.refresh_from_db()
    assert (alice.is_active, alice.is_sysadmin, alice.authorization_version) == (True, False, 1)


def test_each_change_of_a_user_raises_the_version():
    alice = make_user("alice")
    users.disable(alice, by=SYSTEM)
    users.enable(alice, by=SYSTEM)
    users.set_sysadmin(alice, True, by=SYSTEM)
    users.set_sysadmin(alice, False, by=SYSTEM)
    users.set_password(alice, "Another-Horse-2", by=SYSTEM)
    assert User.objects.get(username="alice").authorization_version == 6
    operations = AuditRecord.objects.order_by("pk").values_list("operation", flat=True)
    assert list(operations) == ["update"] * 5


def test_ones_own_password_is_changed_by_giving_the_current_one():
    alice = make_user("alice")
    with pytest.raises(CredentialsRefused):
        users.set_password(alice, "Another-Horse-2", by=of_user(alice))
    with pytest.raises(CredentialsRefused):
        users.set_password(alice, "Another-Horse-2", current="wrong", by=of_user(alice))
    users.set_password(alice, "Another-Horse-2", current=PASSWORD, by=of_user(alice))
    assert check_password("Another-Horse-2", User.objects.get(username="alice").password)


def test_even_a_system_admin_gives_the_current_one_for_the_own():
    root = make_user("root", is_sysadmin=True)
    with pytest.raises(CredentialsRefused):
        users.set_password(root, "Another-Horse-2", by=of_user(root))


def test_another_users_password_is_for_system_admins_to_change():
    alice = make_user("alice")
    with pytest.raises(NotAllowed):
        users.set_password(alice, "Another-Horse-2", current=PASSWORD, by=make_principal("bob"))
    users.set_password(alice, "Another-Horse-2", by=make_sysadmin())


def test_a_registry_token_changes_no_password():
    alice = make_user("alice")
    with pytest.raises(TokenTooNarrow):
        users.set_password(alice, "Another-Horse-2", current=PASSWORD, by=with_token(token_for(of_user(alice))))


def test_a_new_password_is_new():
    alice = make_user("alice")
    with pytest.raises(Invalid, match="the new password is the old one"):
        users.set_password(alice, PASSWORD, by=SYSTEM)
