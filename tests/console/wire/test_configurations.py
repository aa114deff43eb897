"""The settings, as Terraform and harbor-cli read and write them."""

import pytest

from tests.factories.accounts import make_sysadmin
from tests.factories.http import client_of, send

pytestmark = pytest.mark.django_db

PATH = "/api/v2.0/configurations"


@pytest.fixture
def admin():
    return client_of(make_sysadmin())


def test_each_setting_has_a_value_and_whether_it_may_be_changed(admin):
    told = admin.get(PATH).json()
    assert len(told) > 50
    for name, setting in told.items():
        assert set(setting) == {"value", "editable"}, name
    assert told["token_expiration"]["value"] == 30
    assert told["self_registration"]["value"] is False
    assert told["scan_all_policy"]["value"]["type"] == "none"


def test_no_password_is_among_them(admin):
    send(admin, "PUT", PATH, {"ldap_search_password": "Secret-of-the-house-1"})
    content = admin.get(PATH).content.decode()
    assert "ldap_search_password" not in content
    assert "Secret-of-the-house-1" not in content


def test_they_are_written_flat(admin):
    assert send(admin, "PUT", PATH, {"token_expiration": 20, "robot_name_prefix": "bot$"}).status_code == 200
    told = admin.get(PATH).json()
    assert (told["token_expiration"]["value"], told["robot_name_prefix"]["value"]) == (20, "bot$")


@pytest.mark.parametrize("name", ["token_expiration", "robot_token_duration", "session_timeout"])
@pytest.mark.parametrize("value", [0, -1, 99999999999, "x"])
def test_lifetimes_are_positive_and_not_endless(admin, name, value):
    answer = send(admin, "PUT", PATH, {name: value})
    assert answer.status_code in (400, 422)
