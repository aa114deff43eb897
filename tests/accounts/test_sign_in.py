"""Signing in with a password: who gets in, who does not, and how little a guesser learns."""

import time
from datetime import timedelta

import pytest

from accounts import access_tokens, lock_out, robots, sign_in, users
from accounts.exceptions import CredentialsRefused, TooManyAttempts
from accounts.models import AuditRecord, FailedSignIns, User
from accounts.principals import SYSTEM, Grant, of_user
from registry import settings as shipped
from tests.factories.accounts import PASSWORD, ROBOT_SECRET, make_robot, make_sysadmin, make_user
from tests.factories.hashing import CountingArgon2

pytestmark = pytest.mark.django_db

HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"
WRONG = "wrong"


def fail(username: str, password: str = WRONG, *, client_address: str = HERE, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(CredentialsRefused):
            sign_in.with_password(username, password, client_address=client_address)


def wait(username: str, *, seconds: float) -> None:
    """Let time pass for the failures of a name."""
    for failed in FailedSignIns.objects.filter(username=username):
        failed.last_at -= timedelta(seconds=seconds)
        failed.save()


def test_the_right_password_signs_in():
    alice = make_user("alice")
    by = sign_in.with_password("alice", PASSWORD)
    assert (by.key, by.name, by.access) == (f"user:{alice.pk}", "alice", None)
    assert not by.is_sysadmin


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("alice", "wrong"),
        ("alice", ""),
        ("alice", " "),
        ("alice", "\0"),
        ("alice", PASSWORD + " "),
        ("alice", PASSWORD + "\0"),
        ("alice", PASSWORD.lower()),
        ("alice", "\ud800"),
        ("alice", "x" * 1_000_000),
        ("alice\0", PASSWORD),
        ("ALICE", PASSWORD),
        ("alice ", PASSWORD),
        ("al%", PASSWORD),
        ("*", PASSWORD),
        ("", PASSWORD),
        ("", ""),
        ("\ud800", PASSWORD),
        ("bob", PASSWORD),
        ("x" * 256, PASSWORD),
        ("x" * 1_000_000, PASSWORD),
    ],
)
def test_anything_else_is_refused_in_the_same_words(username, password):
    make_user("alice")
    with pytest.raises(CredentialsRefused) as refused:
        sign_in.with_password(username, password)
    assert type(refused.value) is CredentialsRefused
    assert str(refused.value) == "The user name or the password is wrong."


def test_a_disabled_user_is_refused_like_an_unknown_one():
    users.disable(make_user("alice"), by=SYSTEM)
    fail("alice", PASSWORD)


def test_a_user_without_a_usable_password_is_refused():
    User.objects.create(username="ldap-user", email="l@example.org", password="!")
    fail("ldap-user", "!")


# T07: what was right a moment ago is not remembered past a change.


def test_a_remembered_password_is_not_hashed_again(settings):
    settings.PASSWORD_HASHERS = shipped.PASSWORD_HASHERS
    make_user("alice", password="Alices-Horse-5")
    costs = []
    for _ in range(5):
        began = time.process_time()
        sign_in.with_password("alice", "Alices-Horse-5")
        costs.append(time.process_time() - began)
    assert min(costs[1:]) < costs[0] / 10


def test_a_disabled_user_is_out_at_the_next_request():
    alice = make_user("alice")
    sign_in.with_password("alice", PASSWORD)
    users.disable(alice, by=SYSTEM)
    fail("alice", PASSWORD)
    users.enable(alice, by=SYSTEM)
    assert sign_in.with_password("alice", PASSWORD)


def test_a_deleted_user_is_out_at_the_next_request():
    alice = make_user("alice")
    sign_in.with_password("alice", PASSWORD)
    alice.delete()
    fail("alice", PASSWORD)


def test_an_old_password_is_out_at_the_next_request():
    alice = make_user("alice")
    sign_in.with_password("alice", PASSWORD)
    users.set_password(alice, "Another-Horse-2", by=SYSTEM)
    fail("alice", PASSWORD)
    assert sign_in.with_password("alice", "Another-Horse-2")


def test_a_remembered_password_is_good_for_its_own_user_only():
    make_user("alice")
    make_user("bob", password="Bobs-Horse-3")
    sign_in.with_password("alice", PASSWORD)
    fail("bob", PASSWORD)
    fail("alice\0" + PASSWORD, "")


def test_becoming_a_system_admin_and_no_longer_being_one_acts_at_the_next_request():
    make_sysadmin()
    alice = make_user("alice")
    assert not sign_in.with_password("alice", PASSWORD).is_sysadmin
    users.set_sysadmin(alice, True, by=SYSTEM)
    assert sign_in.with_password("alice", PASSWORD).is_sysadmin
    users.set_sysadmin(alice, False, by=SYSTEM)
    assert not sign_in.with_password("alice", PASSWORD).is_sysadmin


# T10: how long a refusal takes tells nothing.


def test_a_refusal_takes_as_long_for_an_unknown_user_as_for_a_known_one(settings):
    settings.PASSWORD_HASHERS = shipped.PASSWORD_HASHERS
    make_user("known", password="Known-Horse-4")
    users.disable(make_user("disabled", password="Known-Horse-4"), by=SYSTEM)
    seconds: dict[str, list[float]] = {"known": [], "unknown": [], "disabled": []}
    for round_ in range(7):
        for username, taken in seconds.items():
            began = time.process_time()  # what others do on this machine does not count
            fail(username, client_address=f"192.0.2.{round_}")
            taken.append(time.process_time() - began)
    least = [min(taken) for taken in seconds.values()]
    assert max(least) < 1.25 * min(least), seconds


# T11: guessing.


def test_a_thousand_guesses_from_one_address_get_few_answers():
    make_user("alice")
    answers = []
    for guess in range(1000):
        with pytest.raises(CredentialsRefused) as refused:
            sign_in.with_password("alice", f"guess-{guess}", client_address=HERE)
        answers.append(type(refused.value))
    assert answers.count(CredentialsRefused) <= lock_out.FREE_ATTEMPTS + 5
    assert answers.count(TooManyAttempts) >= 990


def test_the_right_password_from_another_address_is_never_stopped():
    make_user("alice")
    fail("alice", times=lock_out.FREE_ATTEMPTS)
    with pytest.raises(TooManyAttempts) as refused:
        sign_in.with_password("alice", PASSWORD, client_address=HERE)
    assert refused.value.retry_after_seconds >= 1
    assert sign_in.with_password("alice", PASSWORD, client_address=ELSEWHERE)


def test_a_generated_secret_is_not_stopped_by_what_others_guess_at_the_same_address():
    made = robots.create("ci", [Grant(frozenset({"system-robot:list"}))], project=None, by=SYSTEM)
    name = robots.name_of(made.robot)
    fail(name, times=lock_out.FREE_ATTEMPTS)
    with pytest.raises(TooManyAttempts):
        sign_in.with_password(name, WRONG, client_address=HERE)
    assert sign_in.with_password(name, made.secret, client_address=HERE).kind == "robot"


def test_a_chosen_secret_is_guarded_as_a_password():
    name = robots.name_of(make_robot("ci"))
    fail(name, times=lock_out.FREE_ATTEMPTS)
    with pytest.raises(TooManyAttempts):
        sign_in.with_password(name, ROBOT_SECRET, client_address=HERE)
    assert sign_in.with_password(name, ROBOT_SECRET, client_address=ELSEWHERE).kind == "robot"


def test_an_access_token_is_not_stopped_by_guesses_of_its_users_password_and_makes_no_room_for_more():
    made = access_tokens.create("ci", by=of_user(make_user("alice")))
    fail("alice", times=lock_out.FREE_ATTEMPTS)
    assert sign_in.with_password("alice", made.secret, client_address=HERE).via == "access token ci"
    with pytest.raises(TooManyAttempts):
        sign_in.with_password("alice", WRONG, client_address=HERE)


def test_who_waits_may_not_guess_at_what_is_remembered():
    make_user("alice")
    sign_in.with_password("alice", PASSWORD, client_address=ELSEWHERE)
    fail("alice", times=lock_out.FREE_ATTEMPTS)
    with pytest.raises(TooManyAttempts):
        sign_in.with_password("alice", PASSWORD, client_address=HERE)


# Signing in at the door of the console.


def test_a_person_is_verified_and_recorded_each_time(settings):
    settings.PASSWORD_HASHERS = ["tests.factories.hashing.CountingArgon2"]
    make_user("alice")
    CountingArgon2.worked = 0
    for _ in range(3):
        assert sign_in.in_person("alice", PASSWORD, client_address=HERE).via == "password"
    assert CountingArgon2.worked == 3
    assert AuditRecord.objects.filter(operation="login", succeeded=True).count() == 3


def test_no_robot_and_no_access_token_signs_in_in_person():
    robot = make_robot("ci")
    made = access_tokens.create("ci", by=of_user(make_user("alice")))
    for username, secret in ((robots.name_of(robot), ROBOT_SECRET), ("alice", made.secret)):
        with pytest.raises(CredentialsRefused):
            sign_in.in_person(username, secret, client_address=HERE)


def test_another_user_at_the_same_address_is_not_stopped():
    make_user("alice")
    make_user("bob")
    fail("alice", times=lock_out.FREE_ATTEMPTS)
    assert sign_in.with_password("bob", PASSWORD, client_address=HERE)


def test_each_further_failure_waits_twice_as_long_up_to_a_bound():
    make_user("alice")
    fail("alice", times=lock_out.FREE_ATTEMPTS)
    for expected in (4, 8, 16, 32):
        with pytest.raises(TooManyAttempts) as refused:
            sign_in.with_password("alice", "wrong", client_address=HERE)
        assert expected / 2 < refused.value.retry_after_seconds <= expected + 1
        wait("alice", seconds=expected)
        fail("alice")
    FailedSignIns.objects.update(count=1000)
    with pytest.raises(TooManyAttempts) as refused:
        sign_in.with_password("alice", "wrong", client_address=HERE)
    assert refused.value.retry_after_seconds <= lock_out.LONGEST_WAIT_SECONDS + 1


def test_a_success_wipes_the_slate():
    make_user("alice")
    fail("alice", times=lock_out.FREE_ATTEMPTS - 1)
    sign_in.with_password("alice", PASSWORD, client_address=HERE)
    fail("alice", times=lock_out.FREE_ATTEMPTS - 1)
    assert sign_in.with_password("alice", PASSWORD, client_address=HERE)


def test_a_name_that_nobody_has_is_slowed_down_alike():
    fail("nobody", times=lock_out.FREE_ATTEMPTS)
    with pytest.raises(TooManyAttempts):
        sign_in.with_password("nobody", "wrong", client_address=HERE)


def test_all_addresses_of_one_ipv6_network_count_as_one():
    make_user("alice")
    for last in range(lock_out.FREE_ATTEMPTS):
        fail("alice", client_address=f"2001:db8:0:1::{last}")
    with pytest.raises(TooManyAttempts):
        sign_in.with_password("alice", PASSWORD, client_address="2001:db8:0:1:ffff::1")
    assert sign_in.with_password("alice", PASSWORD, client_address="2001:db8:0:2::1")


def test_all_ways_of_writing_one_name_count_as_one():
    for name in ("Alice Doe", "alice doe", "ALICE  DOE", " alice doe ", "ａｌｉｃｅ doe"):
        fail(name)
    with pytest.raises(TooManyAttempts):
        sign_in.with_password("aLICE doe", WRONG, client_address=HERE)
    fail("\ufdfa" * 255)  # one of these is eighteen letters
    assert FailedSignIns.objects.count() == 2


def test_old_failures_are_forgotten():
    make_user("alice")
    fail("alice", times=lock_out.FREE_ATTEMPTS)
    wait("alice", seconds=lock_out.FORGOTTEN_AFTER.total_seconds() + 1)
    fail("alice")
    assert FailedSignIns.objects.get(username="alice").count == 1


# What is recorded.


def test_sign_ins_are_recorded_with_their_address_and_their_outcome():
    make_user("alice")
    fail("alice")
    sign_in.with_password("alice", PASSWORD, client_address=ELSEWHERE)
    sign_in.with_password("alice", PASSWORD, client_address=ELSEWHERE)
    found = AuditRecord.objects.order_by("pk").values_list("principal", "operation", "succeeded", "client_address")
    assert list(found) == [("alice", "login", False, HERE), ("alice", "login", True, ELSEWHERE)]


def test_no_password_is_written_anywhere():
    make_user("alice")
    fail("alice", "Secret-Canary-77")
    for model in (AuditRecord, FailedSignIns, User):
        assert "Secret-Canary-77" not in str(list(model.objects.values()))
