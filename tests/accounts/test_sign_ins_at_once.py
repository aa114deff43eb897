"""Many clients with one credential at the same moment, as when a cluster starts."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts import robots, sign_in
from accounts.exceptions import CredentialsRefused
from accounts.models import AuditRecord, FailedSignIns
from tests.factories.accounts import PASSWORD, ROBOT_SECRET, make_robot, make_user
from tests.factories.hashing import CountingArgon2

pytestmark = pytest.mark.django_db(transaction=True)

CLIENTS = 200
AT_ONCE = 20


@pytest.fixture(autouse=True)
def _counted(settings) -> None:
    settings.PASSWORD_HASHERS = ["tests.factories.hashing.CountingArgon2"]


def worked_for(ask: Callable[[int], object]) -> int:
    """How often something was hashed for all of them."""

    def of_one(number: int) -> None:
        try:
            ask(number)
        finally:
            connection.close()

    CountingArgon2.worked = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(of_one, range(CLIENTS)))
    return CountingArgon2.worked


def test_one_password_is_hashed_once():
    make_user("alice")
    names = []
    assert worked_for(lambda _: names.append(sign_in.with_password("alice", PASSWORD).name)) == 1
    assert names == ["alice"] * CLIENTS
    assert AuditRecord.objects.filter(operation="login").count() == 1


def test_each_credential_is_hashed_once():
    for number in range(4):
        make_user(f"user-{number}")
    assert worked_for(lambda number: sign_in.with_password(f"user-{number % 4}", PASSWORD)) == 4


def test_a_robots_chosen_secret_is_hashed_once():
    name = robots.name_of(make_robot("ci"))
    assert worked_for(lambda _: sign_in.with_password(name, ROBOT_SECRET)) == 1


def test_a_wrong_password_is_never_taken_for_right_and_soon_costs_nothing():
    make_user("alice")

    def guess(_: int) -> None:
        with pytest.raises(CredentialsRefused):
            sign_in.with_password("alice", "wrong", client_address="192.0.2.1")

    assert worked_for(guess) <= 10
    assert FailedSignIns.objects.get().count <= 10
