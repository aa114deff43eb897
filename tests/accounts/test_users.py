"""People: making them by Harbor's rules, taking their rights away, and their passwords."""

from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import check_password, make_password

from accounts import access_tokens, configuration, lock_out, users
from accounts.exceptions import (
    CredentialsRefused,
    Invalid,
    NotAllowed,
    NotAuthenticated,
    TokenRefused,
    TokenTooNarrow,
    TooManyAttempts,
    UserExists,
    UserUnknown,
)
from accounts.models import AuditRecord, BuiltIn, User
from accounts.permissions import may
from accounts.principals import ANONYMOUS, SYSTEM, of_robot, of_user
from accounts.sign_in import with_access_token, with_token
from tests.factories.accounts import (
    PASSWORD,
    grant_to,
    make_principal,
    make_project,
    make_robot,
    make_sysadmin,
    make_user,
    member_of,
    token_for,
    user_of,
)

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
    make_sysadmin()
    alice = make_user("alice")
    users.disable(alice, by=SYSTEM)
    users.enable(alice, by=SYSTEM)
    users.set_sysadmin(alice, True, by=SYSTEM)
    users.set_sysadmin(alice, False, by=SYSTEM)
    users.set_password(alice, "Another-Horse-2", by=SYSTEM)
    users.set_auditor(alice, True, by=SYSTEM)
    assert User.objects.get(username="alice").authorization_version == 7
    operations = AuditRecord.objects.order_by("pk").values_list("operation", flat=True)
    assert list(operations) == ["update"] * 6


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


def test_whoever_found_a_session_open_cannot_guess_the_password_for_long():
    alice = make_user("alice")
    refusals = []
    for number in range(12):
        with pytest.raises(CredentialsRefused) as refused:
            users.set_password(alice, "Another-Horse-2", current=f"guess-{number}", by=of_user(alice))
        refusals.append(type(refused.value))
    assert refusals.count(CredentialsRefused) == lock_out.FREE_ATTEMPTS
    assert refusals[-1] is TooManyAttempts


# Profiles.


def test_everybody_describes_themselves_and_system_admins_everybody():
    alice = make_user("alice")
    users.describe(alice, email="a@example.org", realname="Alice", comment="on leave", by=of_user(alice))
    users.describe(alice, email="b@example.org", realname="Alice A.", by=make_sysadmin())
    alice.refresh_from_db()
    assert (alice.email, alice.realname, alice.comment, alice.authorization_version) == (
        "b@example.org", "Alice A.", "", 1,
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        users.describe(alice, email="c@example.org", by=make_principal("bob"))
    with pytest.raises(Invalid):
        users.describe(alice, email="bob@example.org", by=of_user(alice))


def test_people_of_a_directory_are_described_there_and_have_no_password_here():
    alice = make_user("alice")
    User.objects.update(source="ldap", password=make_password(None))
    alice.refresh_from_db()
    for by in (of_user(alice), make_sysadmin()):
        with pytest.raises(NotAllowed, match="the directory"):
            users.describe(alice, email="a@example.org", by=by)
        with pytest.raises(NotAllowed, match="the directory"):
            users.set_password(alice, "Another-Horse-2", by=by)


# Accounts that people make for themselves.


def test_people_make_their_own_account_where_the_setting_lets_them():
    with pytest.raises(NotAuthenticated):
        users.register("alice", "alice@example.org", PASSWORD, by=ANONYMOUS)
    configuration.set("self_registration", True, by=SYSTEM)
    alice = users.register("alice", "alice@example.org", PASSWORD, by=ANONYMOUS)
    assert (alice.is_sysadmin, alice.is_active, alice.source) == (False, True, "local")
    with pytest.raises(UserExists):
        users.register("alice", "other@example.org", PASSWORD, by=ANONYMOUS)


# The end of an account, and the last system admin.


def test_a_deleted_user_is_gone_with_memberships_and_tokens():
    project = make_project()
    alice = user_of(member_of(project, BuiltIn.DEVELOPER))
    token = token_for(of_user(alice))
    made = access_tokens.create("ci", by=of_user(alice))
    users.delete(alice, by=make_sysadmin())
    assert not project.members.exists()
    with pytest.raises(TokenRefused):
        with_token(token)
    with pytest.raises(CredentialsRefused):
        with_access_token(made.secret)
    assert AuditRecord.objects.filter(operation="delete", resource=alice.username).exists()


def test_only_a_system_admin_deletes_and_nobody_themselves():
    alice, root = make_user("alice"), make_sysadmin("root")
    for by in (make_principal("bob"), of_user(alice)):
        with pytest.raises(NotAllowed):
            users.delete(alice, by=by)
    make_sysadmin("other")
    with pytest.raises(NotAllowed, match="their own account"):
        users.delete(user_of(root), by=root)


@pytest.mark.parametrize(
    "end",
    [
        lambda user, by: users.delete(user, by=by),
        lambda user, by: users.disable(user, by=by),
        lambda user, by: users.set_sysadmin(user, False, by=by),
    ],
)
def test_the_last_system_admin_stays_one(end):
    root = make_user("root", is_sysadmin=True)
    users.disable(make_user("disabled", is_sysadmin=True), by=SYSTEM)
    of_directory = make_user("of-ldap", is_sysadmin=True)
    User.objects.filter(pk=of_directory.pk).update(source="ldap")
    with pytest.raises(NotAllowed, match="last system admin"):
        end(root, SYSTEM)
    root.refresh_from_db()
    assert (root.is_sysadmin, root.is_active) == (True, True)
    end(of_directory, SYSTEM)
    make_user("another", is_sysadmin=True)
    end(root, SYSTEM)


def test_whoever_is_made_an_auditor_may_read_all_and_change_nothing():
    alice = make_user("alice")
    with pytest.raises(NotAllowed):
        users.set_auditor(alice, True, by=of_user(alice))
    users.set_auditor(alice, True, by=make_sysadmin())
    auditor = of_user(alice)
    assert may(auditor, "system-user:list", None)
    assert not may(auditor, "system-user:update", None)


def test_a_robot_that_may_change_users_takes_over_none():
    robot = make_robot()
    grant_to(robot, "system-user:update", "system-user:create", "system-user:read", "system-user:delete")
    by = of_robot(robot, "robot$ci")
    alice = users.create("alice", "alice@example.org", PASSWORD, by=by)
    takeovers: list[Callable[[], None]] = [
        lambda: users.set_sysadmin(alice, True, by=by),
        lambda: users.set_auditor(alice, True, by=by),
        lambda: users.set_password(alice, "Another-Horse-2", by=by),
    ]
    for take_over in takeovers:
        with pytest.raises(NotAllowed, match="system admin in person"):
            take_over()
    users.disable(alice, by=by)


def test_numbers_of_users_tell_nothing_to_those_who_may_not_read_them():
    alice = make_user("alice")
    assert users.get(alice.pk, by=of_user(alice)) == alice
    said = set()
    for number in (alice.pk, alice.pk + 1000):
        with pytest.raises(NotAllowed) as refused:
            users.get(number, by=make_principal())
        said.add(str(refused.value).partition(" ")[2])
    assert len(said) == 1
    with pytest.raises(UserUnknown):
        users.get(alice.pk + 1000, by=make_sysadmin())
