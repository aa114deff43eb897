"""POST /api/v2.0/users"""

import pytest
from django.test import Client

from accounts.models import User
from tests.factories.accounts import make_sysadmin, make_user
from tests.factories.http import client_of, send

pytestmark = pytest.mark.django_db

USERS = "/api/v2.0/users"
EVE = {"username": "eve", "email": "eve@example.org", "realname": "Eve", "password": "Plain-words-1", "comment": "new"}


def test_a_system_admin_makes_a_user_who_then_signs_in():
    answer = send(client_of(make_sysadmin()), "POST", USERS, EVE)
    eve = User.objects.get(username="eve")
    assert (answer.status_code, answer["Location"], answer.content) == (201, f"{USERS}/{eve.pk}", b"")
    assert (eve.realname, eve.comment, eve.is_sysadmin) == ("Eve", "new", False)


def test_nobody_else_does():
    assert send(client_of(make_user()), "POST", USERS, EVE).status_code == 403
    assert send(Client(), "POST", USERS, EVE).status_code == 401
    assert not User.objects.filter(username="eve").exists()


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"username": ""}, 400),
        ({"username": "a,b"}, 400),
        ({"username": "e" * 256}, 422),
        ({"username": {"name": "eve"}}, 400),
        ({"username": "e\0ve"}, 400),
        ({"email": "nowhere"}, 400),
        ({"email": "e" * 256}, 422),
        ({"password": "short"}, 400),
        ({"password": "without-capitals-1"}, 400),
        ({"password": None}, 400),
        ({"comment": "c" * 31}, 400),
    ],
)
def test_what_cannot_be_a_user_is_refused(changed, status):
    answer = send(client_of(make_sysadmin()), "POST", USERS, EVE | changed)
    assert answer.status_code == status
    assert "Plain-words-1" not in answer.content.decode()
    assert not User.objects.filter(realname="Eve").exists()


def test_names_and_addresses_are_taken_once():
    make_user("eve")
    answer = send(client_of(make_sysadmin()), "POST", USERS, EVE)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, "CONFLICT")


def test_one_cannot_make_oneself_an_admin_on_the_way():
    send(client_of(make_sysadmin()), "POST", USERS, EVE | {"sysadmin_flag": True, "is_sysadmin": True})
    assert not User.objects.get(username="eve").is_sysadmin
