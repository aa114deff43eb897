"""System admins who act against each other at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts import users
from accounts.exceptions import NotAllowed
from accounts.models import User
from accounts.principals import of_user
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    "end",
    [
        lambda user, by: users.set_sysadmin(user, False, by=by),
        lambda user, by: users.disable(user, by=by),
        lambda user, by: users.delete(user, by=by),
    ],
)
def test_of_two_who_end_each_other_one_stays(end):
    for round_ in range(5):
        User.objects.all().delete()
        both = [make_user(f"root-{round_}-{number}", is_sysadmin=True) for number in range(2)]
        start = Barrier(2)

        def end_the_other(number: int, both: list[User] = both, start: Barrier = start) -> str:
            try:
                start.wait()
                end(both[1 - number], of_user(both[number]))
            except NotAllowed:
                return "refused"
            finally:
                connection.close()
            return "done"

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(end_the_other, range(2))) == ["done", "refused"]
        assert User.objects.filter(is_sysadmin=True, is_active=True).count() == 1
