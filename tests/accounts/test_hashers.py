"""Passwords as Harbor kept them still sign in, and are kept our way from then on."""

import hashlib
import time

import pytest

from accounts import sign_in
from accounts.exceptions import CredentialsRefused
from accounts.models import User
from registry import settings as shipped
from tests.factories.accounts import PASSWORD, make_user

pytestmark = pytest.mark.django_db

HARBORS = "accounts.hashers.HarborHasher"
# As Harbor's table has it: password, salt and password_version.
SALT = "lhk7V0ObA4E7xrhZyNCQRQsZ4yvrpyFM"


def harbors(password: str, digest: str = "sha256", iterations: int = 600_000) -> str:
    key = hashlib.pbkdf2_hmac(digest, password.encode(), SALT.encode(), iterations, 16).hex()
    return f"harbor_pbkdf2${digest}${iterations}${SALT}${key}"


def keep(kept: str, username: str = "alice") -> None:
    make_user(username)
    User.objects.filter(username=username).update(password=kept)


@pytest.fixture(autouse=True)
def _both_hashers(settings) -> None:
    settings.PASSWORD_HASHERS = [*settings.PASSWORD_HASHERS, HARBORS]


def test_what_is_shipped_takes_them():
    assert shipped.PASSWORD_HASHERS == ["accounts.hashers.PasswordHasher", HARBORS]


@pytest.mark.parametrize(("digest", "iterations"), [("sha256", 600_000), ("sha256", 4096), ("sha1", 4096)])
def test_each_version_of_harbors_hash_signs_in_and_becomes_argon2(digest, iterations):
    keep(harbors(PASSWORD, digest, iterations))
    with pytest.raises(CredentialsRefused):
        sign_in.with_password("alice", "wrong")
    assert User.objects.get().password.startswith("harbor_pbkdf2$")
    assert sign_in.with_password("alice", PASSWORD).name == "alice"
    assert User.objects.get().password.startswith("argon2$argon2id$")
    sign_in.forget()
    assert sign_in.with_password("alice", PASSWORD).name == "alice"


@pytest.mark.parametrize(
    "kept",
    [
        "harbor_pbkdf2$md5$4096$salt$00",
        "harbor_pbkdf2$sha256$4096$salt",
        "harbor_pbkdf2$sha256$many$salt$00",
        "harbor_pbkdf2",
        "",
        "plain",
    ],
)
def test_a_hash_that_is_none_lets_nobody_in(kept):
    keep(kept)
    for password in (PASSWORD, kept or "-", "00"):
        with pytest.raises(CredentialsRefused):
            sign_in.with_password("alice", password)


def test_names_that_nobody_has_cost_as_much_as_names_that_harbor_knew():
    keep(harbors(PASSWORD))
    least = {}
    for username in ("alice", "nobody"):
        costs = []
        for round_ in range(4):
            began = time.process_time()
            with pytest.raises(CredentialsRefused):
                sign_in.with_password(username, "wrong", client_address=f"192.0.2.{round_}")
            costs.append(time.process_time() - began)
        least[username] = min(costs)
    assert max(least.values()) < 1.25 * min(least.values()), least
