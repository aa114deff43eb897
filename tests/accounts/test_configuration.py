"""Settings that change while the system runs."""

import pytest

from accounts import configuration
from accounts.exceptions import Invalid, NotAllowed, NotAuthenticated
from accounts.models import AuditRecord, BuiltIn
from accounts.principals import ANONYMOUS, SYSTEM
from tests.factories.accounts import make_project, make_sysadmin, member_of

pytestmark = pytest.mark.django_db


def test_a_setting_has_its_default_until_it_is_changed():
    assert configuration.get("token_expiration") == 30
    configuration.set("token_expiration", 5, by=make_sysadmin("root"))
    assert configuration.get("token_expiration") == 5
    record = AuditRecord.objects.get()
    assert (record.principal, record.operation, record.resource) == ("root", "update", "token_expiration = 5")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("token_expiration", 1),
        ("token_expiration", 9_999_999_999),
        ("project_creation_restriction", "everyone"),
        ("project_creation_restriction", "adminonly"),
        ("read_only", True),
        ("read_only", False),
    ],
)
def test_these_values_are_taken(key, value):
    configuration.set(key, value, by=SYSTEM)
    assert configuration.get(key) == value


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("token_expiration", 0),
        ("token_expiration", -1),
        ("token_expiration", 10_000_000_000),
        ("token_expiration", True),
        ("token_expiration", "30"),
        ("token_expiration", 1.5),
        ("token_expiration", None),
        ("project_creation_restriction", "nobody"),
        ("project_creation_restriction", ""),
        ("project_creation_restriction", True),
        ("read_only", 1),
        ("read_only", "true"),
        ("read_only", None),
        ("no_such_setting", 1),
    ],
)
def test_other_values_are_refused_and_change_nothing(key, value):
    with pytest.raises(Invalid):
        configuration.set(key, value, by=SYSTEM)
    assert [configuration.get(known) for known in configuration.DEFAULTS] == list(configuration.DEFAULTS.values())


def test_only_system_admins_change_settings():
    with pytest.raises(NotAllowed):
        configuration.set("read_only", True, by=member_of(make_project(), BuiltIn.PROJECT_ADMIN))
    with pytest.raises(NotAuthenticated):
        configuration.set("read_only", True, by=ANONYMOUS)


def test_an_unknown_setting_is_a_mistake_of_ours():
    with pytest.raises(KeyError):
        configuration.get("no_such_setting")
