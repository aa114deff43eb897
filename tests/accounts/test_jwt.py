"""Tokens that are not ours, not for here, not now or not whole: each is refused, in one way only."""

import base64
import contextlib
import json
import string
import time
from dataclasses import replace

import jwt as pyjwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import configuration
from accounts.exceptions import TokenRefused
from accounts.models import BuiltIn, SigningKey
from accounts.principals import ANONYMOUS, SYSTEM, Access
from accounts.tokens import jwt, keys
from tests.accounts import forging
from tests.factories.accounts import make_project, member_of, token_for

pytestmark = pytest.mark.django_db

ACCESS = Access("repository", "library/app", frozenset({"pull", "push"}), 7, 3)


def refused(token: str) -> str:
    with pytest.raises(TokenRefused) as caught:
        jwt.verify(token)
    assert jwt.known(token) is None
    return str(caught.value)


def test_a_token_says_what_was_granted_and_under_which_versions():
    alice = replace(member_of(make_project(), BuiltIn.DEVELOPER, username="alice"), authorization_version=4)
    issued = jwt.issue(alice, [ACCESS])
    claims = jwt.verify(issued.token)
    assert (claims.bearer, claims.name, claims.version) == (("user", alice.id), "alice", 4)
    assert claims.access == (ACCESS,)
    assert claims.carries("library/app", "push") == ACCESS
    assert claims.carries("library/app", "delete") is None
    assert claims.carries("library/other", "pull") is None
    assert issued.expires_in_seconds == 1800
    assert claims.expires_at == issued.issued_at.timestamp() + 1800


def test_an_anonymous_token_names_nobody():
    claims = jwt.verify(jwt.issue(ANONYMOUS, [ACCESS]).token)
    assert (claims.bearer, claims.name) == (("anonymous", None), "")


def test_the_lifetime_is_the_one_that_is_set():
    configuration.set("token_expiration", 2, by=SYSTEM)
    assert jwt.issue(ANONYMOUS, []).expires_in_seconds == 120


def test_a_verified_token_is_remembered_and_then_asks_no_database(django_assert_num_queries):
    token = jwt.issue(ANONYMOUS, [ACCESS]).token
    assert jwt.known(token) is None
    jwt.verify(token)
    with django_assert_num_queries(0):
        assert jwt.verify(token).access == (ACCESS,)
        assert jwt.known(token) is not None


def test_a_remembered_token_is_refused_once_it_has_expired():
    now = int(time.time())
    token = forging.signed(forging.payload(iat=now - 1800, nbf=now - 1800, exp=now + 1))
    jwt.verify(token)
    time.sleep(1.1)
    assert "expired" in refused(token)


def test_an_admitted_request_may_finish_after_its_token_expired():
    now = int(time.time())
    token = forging.signed(forging.payload(iat=now - 1800, nbf=now - 1800, exp=now - 5))
    refused(token)
    assert jwt.verify(token, at=now - 6).access
    with pytest.raises(TokenRefused):
        jwt.verify(token, at=now - 5)


def test_an_admitted_request_may_finish_after_its_key_retired():
    admitted_at = time.time()
    token = jwt.issue(ANONYMOUS, [ACCESS]).token
    jwt.verify(token, at=admitted_at)
    keys.rotate(0)
    refused(token)
    assert jwt.verify(token, at=admitted_at).access == (ACCESS,)


# T01: the algorithm is ours to choose.


@pytest.mark.parametrize(
    "algorithm", ["none", "None", "nOnE", "NONE", "", "ES256K", "ES384", "es256", None, 7, ["ES256"]]
)
@pytest.mark.parametrize("signature", ["", "A" * 86])
def test_a_token_that_names_another_algorithm_is_refused(algorithm, signature):
    parts = forging.encode(json.dumps(forging.header(alg=algorithm))), forging.encode(json.dumps(forging.payload()))
    refused(f"{parts[0]}.{parts[1]}.{signature}")


@pytest.mark.parametrize("claimed", ["HS256", "HS512", "ES256"])
def test_an_hmac_made_with_our_public_key_is_refused(claimed):
    row = SigningKey.objects.get(kid=keys.signing().kid)
    public = serialization.load_pem_public_key(row.public_pem.encode())
    assert isinstance(public, ec.EllipticCurvePublicKey)
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    point = serialization.PublicFormat.UncompressedPoint
    forms = [
        row.public_pem.encode(),
        row.public_pem.strip().encode(),
        public.public_bytes(serialization.Encoding.DER, spki),
        public.public_bytes(serialization.Encoding.X962, point),
        json.dumps(keys.jwks()["keys"][0]).encode(),
    ]
    for key in forms:
        refused(forging.signed_with_hmac(claimed, key))


@pytest.mark.parametrize("claimed", ["RS256", "PS256", "ES256"])
def test_an_rsa_signature_is_refused(claimed):
    private = rsa.generate_private_key(65537, 2048)
    parts = f"{forging.encode(json.dumps(forging.header(alg=claimed)))}.{forging.encode(json.dumps(forging.payload()))}"
    refused(f"{parts}.{forging.encode(private.sign(parts.encode(), padding.PKCS1v15(), SHA256()))}")


def test_a_token_without_a_signature_is_refused():
    head, body, signature = jwt.issue(ANONYMOUS, [ACCESS]).token.split(".")
    for mangled in (f"{head}.{body}.", f"{head}.{body}", f"{head}..{signature}", f".{body}.{signature}", "..", ""):
        refused(mangled)


# T02: the key is ours to choose.


def test_a_key_brought_along_in_the_header_is_not_believed():
    jwk = pyjwt.algorithms.ECAlgorithm.to_jwk(forging.OTHER_KEY.public_key(), as_dict=True)
    for brought in (
        {"jwk": jwk},
        {"jku": "http://127.0.0.1:9/keys"},
        {"x5u": "http://127.0.0.1:9/cert"},
        {"x5c": ["MIIB"]},
        {"x5t": "AAAA"},
    ):
        refused(forging.signed_by_another(forging.payload(), forging.header(**brought)))
        refused(forging.signed(forging.payload(), forging.header(**brought)))


@pytest.mark.parametrize(
    "kid", ["../../dev/null", "/dev/null", "' OR 1=1 --", "", "x" * 65, "\0", "ä", None, 7, ["a"], {"a": "b"}]
)
def test_a_key_id_is_looked_up_and_nothing_else(kid, django_assert_max_num_queries):
    token = forging.signed_by_another(forging.payload(), forging.header(kid=kid))
    with django_assert_max_num_queries(0):
        refused(token)


def test_a_thousand_unknown_key_ids_make_us_read_the_keys_but_a_few_times(django_assert_max_num_queries):
    tokens = [forging.signed_by_another(forging.payload(), forging.header(kid=f"unknown-{n}")) for n in range(1000)]
    jwt.verify(forging.signed(forging.payload()))
    with django_assert_max_num_queries(10):
        for token in tokens:
            refused(token)


def test_another_key_under_our_key_id_is_refused():
    refused(forging.signed_by_another(forging.payload()))


# T03: what we do not know, and what is nearly ours.


@pytest.mark.parametrize("critical", [["x"], ["exp"], [], "exp", None])
def test_a_token_that_says_something_is_critical_is_refused(critical):
    refused(forging.signed(forging.payload(), forging.header(crit=critical, x=1)))
    refused(forging.signed(forging.payload(), forging.header(crit=critical)))


@pytest.mark.parametrize(
    "changed", [{"b64": False, "crit": ["b64"]}, {"typ": "at+jwt"}, {"typ": 7}, {"cty": "JWT"}, {"zip": "DEF"}]
)
def test_a_header_that_is_not_as_ours_is_refused(changed):
    refused(forging.signed(forging.payload(), forging.header(**changed)))


@pytest.mark.parametrize(
    "issuer", ["roadstea", "roadstead ", "xroadstead", "roadstead,evil", "Roadstead", "", ["roadstead"], None, ...]
)
def test_an_issuer_that_is_only_like_ours_is_refused(issuer):
    refused(forging.signed(forging.payload(iss=issuer)))


# T04: the claims.


@pytest.mark.parametrize("claim", ["exp", "iat", "nbf", "aud", "iss", "sub", "jti", "kind", "ver", "access"])
def test_a_token_without_a_claim_is_refused(claim):
    refused(forging.signed(forging.payload(**{claim: ...})))
    refused(forging.signed(forging.payload(**{claim: None})))


@pytest.mark.parametrize("claim", ["exp", "iat", "nbf", "ver"])
@pytest.mark.parametrize("value", ["1", 1.5, 1e308, -1, True, [1], {"a": 1}, 10**400])
def test_a_number_that_is_none_is_refused(claim, value):
    refused(forging.signed(forging.payload(**{claim: value})))


@pytest.mark.parametrize("literal", ["1e400000", "Infinity", "-Infinity", "NaN", "9" * 5000])
def test_a_number_beyond_all_bounds_is_refused(literal):
    text = json.dumps(forging.payload(exp=424242)).replace("424242", literal)
    refused(forging.signed_text(json.dumps(forging.header()), text))


@pytest.mark.parametrize(
    "audience", ["harbor", "harbor-registry2", "token-service", "", ["harbor-registry"], ["harbor-registry", "x"], 7]
)
def test_a_token_for_another_service_is_refused(audience):
    refused(forging.signed(forging.payload(aud=audience)))


def test_a_token_that_lives_longer_than_tokens_may_is_refused():
    now = int(time.time())
    refused(forging.signed(forging.payload(exp=now + 10 * 365 * 86400)))
    refused(forging.signed(forging.payload(exp=now + 86400 + 61)))
    configuration.set("token_expiration", 25 * 60, by=SYSTEM)
    jwt.verify(forging.signed(forging.payload(exp=now + 86400 + 61)))


def test_a_token_that_was_issued_before_its_life_was_shortened_is_good_until_it_expires():
    token = jwt.issue(ANONYMOUS, [ACCESS]).token
    configuration.set("token_expiration", 1, by=SYSTEM)
    jwt.forget()  # as in a process that has not seen it yet
    assert jwt.verify(token).access == (ACCESS,)


@pytest.mark.parametrize(
    "access",
    [
        "repository:library/app:pull",
        {"type": "repository"},
        ["x"],
        [[]],
        [{**forging.ENTRY, "actions": "pull"}],
        [{**forging.ENTRY, "actions": [7]}],
        [{**forging.ENTRY, "actions": None}],
        [{**forging.ENTRY, "name": 7}],
        [{**forging.ENTRY, "type": None}],
        [{**forging.ENTRY, "pid": "1"}],
        [{**forging.ENTRY, "pv": 1.0}],
    ],
)
def test_an_access_list_of_another_shape_is_refused(access):
    refused(forging.signed(forging.payload(access=access)))


@pytest.mark.parametrize("body", ["[]", "7", '"x"', "null", "", "{", "[" * 20000, "\0", '{"a":1}{"b":2}'])
def test_a_payload_that_is_no_object_is_refused(body):
    refused(forging.signed_text(json.dumps(forging.header()), body))


@pytest.mark.parametrize("head", ["[]", "7", '"x"', "null", "{", "[" * 380, "\0", '{"alg":"ES256"}', "{}"])
def test_a_header_that_is_no_object_is_refused(head):
    refused(forging.signed_text(head, json.dumps(forging.payload())))


# T13: clocks that differ.


def test_a_clock_that_is_half_a_minute_ahead_is_forgiven_and_one_that_is_ten_minutes_ahead_is_not():
    now = int(time.time())
    jwt.verify(forging.signed(forging.payload(iat=now + 30, nbf=now + 30)))
    assert "compare the clocks" in refused(
        forging.signed(forging.payload(iat=now + 600, nbf=now + 600, exp=now + 2400))
    )
    assert "compare the clocks" in refused(forging.signed(forging.payload(nbf=now + 600)))


def test_expiry_knows_no_leeway():
    now = int(time.time())
    refused(forging.signed(forging.payload(iat=now - 1800, nbf=now - 1800, exp=now)))


# Mangled ones.


def test_any_single_changed_character_makes_a_token_worthless():
    token = jwt.issue(ANONYMOUS, [ACCESS]).token
    for place, character in enumerate(token):
        for other in ("A" if character != "A" else "B", "=", "."):
            if other != character:
                refused(token[:place] + other + token[place + 1 :])
    # The last character has bits to spare, so some others stand for the same signature.
    for other in string.ascii_letters + string.digits + "-_":
        if other != token[-1]:
            refused(token[:-1] + other)


@pytest.mark.parametrize("wrapping", [" {}", "{} ", "{}\n", "{}=", "{}\0", "\ufeff{}", "{}.x", "{0}{0}", "{0}.{0}"])
def test_a_token_with_something_around_it_is_refused(wrapping):
    refused(wrapping.format(jwt.issue(ANONYMOUS, [ACCESS]).token))


def test_a_token_of_a_megabyte_is_refused_unread():
    head, _, signature = jwt.issue(ANONYMOUS, [ACCESS]).token.split(".")
    refused(f"{head}.{'A' * 1_000_000}.{signature}")
    refused("A" * 1_000_000)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.one_of(st.text(), st.lists(st.text(alphabet="AZaz09-_=", max_size=60), max_size=5).map(".".join)))
def test_whatever_is_sent_the_answer_is_a_refusal(text):
    refused(text)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=8,
    ),
    st.sampled_from(["iss", "aud", "sub", "jti", "iat", "nbf", "exp", "kind", "id", "ver", "access", "other"]),
)
def test_whatever_a_claim_says_the_token_is_read_or_refused(value, claim):
    with contextlib.suppress(TokenRefused):
        jwt.verify(forging.signed(forging.payload(**{claim: value})))


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=200), st.binary(max_size=200), st.binary(min_size=64, max_size=64))
def test_whatever_the_bytes_of_a_token_are_it_is_refused(head, body, signature):
    refused(".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in (head, body, signature)))


def test_a_token_for_a_project_says_which_one_it_was():
    library = make_project("library")
    alice = member_of(library, BuiltIn.DEVELOPER)
    claims = jwt.verify(token_for(alice, "repository:library/app:push,pull"))
    entry = claims.carries("library/app", "push")
    assert entry
    assert (entry.project_id, entry.project_version) == (library.pk, library.authorization_version)


@pytest.mark.parametrize("kind", ["root", "", "system", 7])
def test_a_bearer_of_no_known_kind_is_refused(kind):
    refused(forging.signed(forging.payload(kind=kind, id=1)))


@pytest.mark.parametrize("number", ["1", 1.5, -1, True, None, 10**400])
def test_a_user_without_a_number_is_refused(number):
    refused(forging.signed(forging.payload(kind="user", id=number)))
