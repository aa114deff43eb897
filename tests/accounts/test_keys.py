"""Signing keys: made once, kept encrypted, published before they sign, believed until they retire."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO

import jwt as pyjwt
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts import encryption
from accounts.exceptions import TokenRefused
from accounts.models import SigningKey
from accounts.principals import ANONYMOUS
from accounts.tokens import jwt, keys

pytestmark = pytest.mark.django_db


def later(*, seconds: int) -> None:
    """Let time pass for the keys: what is written of them moves into the past, and nothing is remembered."""
    for key in SigningKey.objects.all():
        key.created_at -= timedelta(seconds=seconds)
        key.retires_at = key.retires_at and key.retires_at - timedelta(seconds=seconds)
        key.save()
    keys.forget()


def kid_of(token: str) -> str:
    return str(pyjwt.get_unverified_header(token)["kid"])


def new_token() -> str:
    return jwt.issue(ANONYMOUS, []).token


def test_the_first_key_is_made_at_first_need_and_used_ever_after():
    assert keys.jwks() == {"keys": []}
    assert keys.signing().kid == keys.signing().kid == SigningKey.objects.get().kid
    keys.forget()
    assert keys.signing().kid == SigningKey.objects.get().kid


@pytest.mark.django_db(transaction=True)
def test_many_who_need_the_first_key_at_once_make_one():
    def need(_: int) -> str:
        try:
            return keys.signing().kid
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(need, range(8)))) == 1
    assert SigningKey.objects.count() == 1


def test_the_private_half_is_kept_encrypted():
    keys.signing()
    row = SigningKey.objects.get()
    assert "PRIVATE" not in row.private_pem_encrypted
    assert "PRIVATE" in encryption.decrypt(row.private_pem_encrypted, purpose=keys.PURPOSE)
    assert "PrivateKey" not in repr(keys.signing())


def test_under_another_data_key_signing_stops_with_a_sentence(settings):
    keys.signing()
    keys.forget()
    settings.DATA_KEY = "another-data-key-of-some-length-0000000000"
    with pytest.raises(ImproperlyConfigured, match="encrypted under another data key"):
        new_token()


def test_a_secret_of_one_purpose_is_none_of_another():
    with pytest.raises(ImproperlyConfigured):
        encryption.decrypt(encryption.encrypt("x", purpose="a"), purpose="b")


def test_a_new_key_is_published_before_it_signs_and_the_old_one_outlives_its_tokens():
    old = new_token()
    later(seconds=300)
    new_kid = keys.rotate(overlap_seconds=1900)
    assert {key["kid"] for key in keys.jwks()["keys"]} == {kid_of(old), new_kid}
    assert kid_of(new_token()) == kid_of(old)
    later(seconds=keys.PUBLISHED_SECONDS)
    new = new_token()
    assert kid_of(new) == new_kid
    jwt.verify(old)
    jwt.verify(new)
    later(seconds=1900)
    jwt.verify(new)
    with pytest.raises(TokenRefused, match="retired"):
        jwt.verify(old)
    assert [key["kid"] for key in keys.jwks()["keys"]] == [new_kid]


def test_a_rotation_without_overlap_makes_old_tokens_worthless_and_signs_at_once():
    old = new_token()
    new_kid = keys.rotate(overlap_seconds=0)
    assert kid_of(new_token()) == new_kid
    with pytest.raises(TokenRefused):
        jwt.verify(old)


def test_a_second_rotation_never_lengthens_the_life_of_a_key():
    first = keys.signing().kid
    keys.rotate(overlap_seconds=100)
    keys.rotate(overlap_seconds=1000)
    assert SigningKey.objects.filter(kid=first, retires_at__lt=timezone.now() + timedelta(seconds=101)).exists()
    assert SigningKey.objects.filter(retires_at=None).count() == 1


def test_a_key_that_another_process_made_is_read_when_a_token_names_it():
    keys.signing()
    keys.jwks()
    made = keys._make()  # as another process would: nothing here hears of it
    assert keys.verifying("never-heard-of") is None
    keys._ring._read_at -= keys.UNKNOWN_REREAD_SECONDS
    found = keys.verifying(made.kid)
    assert found
    assert found.kid == made.kid


def test_the_key_set_has_public_halves_only_and_verifies_our_tokens():
    token = new_token()
    published = keys.jwks()["keys"][0]
    assert published.keys() == {"kty", "crv", "x", "y", "use", "alg", "kid"}
    claims = pyjwt.decode(token, pyjwt.PyJWK(published), algorithms=["ES256"], audience="harbor-registry")
    assert claims["iss"] == "roadstead"


def test_the_command_rotates_and_says_until_when_the_old_key_is_believed():
    old = new_token()
    said = StringIO()
    call_command("rotate_token_key", stdout=said)
    new_kid = SigningKey.objects.get(retires_at=None).kid
    assert said.getvalue() == f"key {new_kid} is published; the keys before it retire in 1880 seconds\n"
    jwt.verify(old)
    call_command("rotate_token_key", "--overlap-seconds=0", stdout=said)
    with pytest.raises(TokenRefused):
        jwt.verify(old)
    with pytest.raises(CommandError):
        call_command("rotate_token_key", "--overlap-seconds=-1", stdout=said)
