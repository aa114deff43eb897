"""GET /service/token, as docker, containerd and attackers use it."""

import base64
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from accounts import configuration, lock_out, projects
from accounts.models import AuditRecord, BuiltIn
from accounts.principals import ANONYMOUS, SYSTEM
from accounts.tokens import jwt
from tests.accounts import forging
from tests.factories.accounts import PASSWORD, make_project, make_sysadmin, make_user, member_of, token_for

pytestmark = pytest.mark.django_db

PULL_PUSH = "repository:library/app:pull,push"


@pytest.fixture
def alice():
    return member_of(make_project("library", is_public=True), BuiltIn.DEVELOPER, username="alice")


def basic(username: str, password: str = PASSWORD) -> str:
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def ask(*scopes: str, as_: str = "", service: object = "harbor-registry", address: str = "192.0.2.1") -> Any:
    query = urlencode({"service": service, "scope": scopes}, doseq=True)
    headers = {"Authorization": as_} if as_ else {}
    return Client(REMOTE_ADDR=address).get(f"/service/token?{query}", headers=headers)


def granted(response: Any) -> list[tuple[str, list[str]]]:
    assert response.status_code == 200, response.content
    claims = jwt.verify(response.json()["token"])
    return [(entry.name, sorted(entry.actions)) for entry in claims.access]


def refused(response: Any, status: int, *, keys: Iterable[str] = ("code", "message", "detail")) -> Any:
    assert response.status_code == status, response.content
    (error,) = response.json()["errors"]
    assert error.keys() == set(keys)
    return error


def test_a_user_gets_a_token_for_what_is_asked_and_allowed(alice):
    response = ask(PULL_PUSH, as_=basic("alice"))
    assert granted(response) == [("library/app", ["pull", "push"])]
    told = response.json()
    assert told["access_token"] == ""
    assert told["expires_in"] == 1800
    assert datetime.fromisoformat(told["issued_at"]).tzinfo is not None
    assert "no-store" in response["Cache-Control"]
    assert response.principal_name == "alice"


def test_scopes_may_be_repeated_or_parted_by_spaces(alice):
    one, other = "repository:library/a:pull", "repository:library/b:push"
    expected = [("library/a", ["pull"]), ("library/b", ["push"])]
    assert granted(ask(one, other, as_=basic("alice"))) == expected
    assert granted(ask(f"{one} {other}", as_=basic("alice"))) == expected


def test_a_sign_in_without_a_scope_gets_a_token_for_nothing(alice):
    assert granted(ask(as_=basic("alice"))) == []


def test_nobody_gets_a_token_for_what_is_public(alice):
    make_project("vault")
    assert granted(ask(PULL_PUSH, "repository:vault/app:pull", "repository:absent/app:pull")) == [
        ("library/app", ["pull"]),
        ("vault/app", []),
        ("absent/app", []),
    ]


def test_nobody_without_a_scope_is_asked_to_sign_in(alice):
    response = ask()
    assert refused(response, 401)["code"] == "UNAUTHORIZED"
    assert response["WWW-Authenticate"] == 'Basic realm="harbor"'


@pytest.mark.parametrize(
    "credentials",
    [
        basic("alice", "wrong"),
        basic("nobody"),
        basic("", ""),
        basic("alice\0"),
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic YWxpY2U=",
        "Basic /////w==",
        "Negotiate YII=",
        "Bearer x.y.z",
        "x",
    ],
)
def test_stale_credentials_are_refused_alone_and_count_as_none_with_a_scope(alice, credentials):
    response = ask(as_=credentials)
    assert refused(response, 401)["code"] == "UNAUTHORIZED"
    assert response["WWW-Authenticate"] == 'Basic realm="harbor"'
    assert granted(ask(PULL_PUSH, as_=credentials)) == [("library/app", ["pull"])]


def test_stale_credentials_are_recorded_also_where_they_count_as_none(alice):
    ask(PULL_PUSH, as_=basic("alice", "wrong"))
    failure = AuditRecord.objects.get(operation="login", succeeded=False)
    assert (failure.principal, failure.client_address) == ("alice", "192.0.2.1")


def test_a_token_is_no_credential_for_another_token(alice):
    token = f"Bearer {token_for(alice, PULL_PUSH)}"
    refused(ask(as_=token), 401)
    assert granted(ask(PULL_PUSH, as_=token)) == [("library/app", ["pull"])]


def test_a_token_is_no_password_either(alice):
    refused(ask(as_=basic("alice", token_for(alice, PULL_PUSH)[:1000])), 401)
    refused(ask(as_=basic("<token>", token_for(alice, PULL_PUSH)[:1000])), 401)


# T08: this service issues tokens for one audience.


@pytest.mark.parametrize(
    "service",
    ["", "harbor", "harbor-registry ", "HARBOR-REGISTRY", "token-service", ["harbor-registry", "x"], [], "x" * 5000],
)
def test_a_token_for_another_service_is_not_issued(alice, service):
    error = refused(ask(PULL_PUSH, as_=basic("alice"), service=service), 400)
    assert str(error["message"]).startswith("Unable to handle service: ")


def test_a_registry_token_opens_nothing_but_v2(alice):
    headers = {"Authorization": f"Bearer {token_for(alice, PULL_PUSH)}"}
    for path in ("/api/v2.0/projects", "/api/v2.0/projects/library"):
        refused(Client().get(path, headers=headers), 401, keys={"code", "message"})


def test_there_is_no_post(alice):
    """containerd posts first, and goes on to GET at this answer."""
    for method in ("post", "put", "patch", "delete", "options"):
        refused(getattr(Client(), method)("/service/token", {"grant_type": "password"}), 405)


# T06: asking for more.


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("repository:library/app:pull,push,delete,*", [("library/app", ["pull", "push"])]),
        ("repository:library/app:*", [("library/app", ["pull", "push"])]),
        ("repository:*:*", [("*", [])]),
        ("repository:library/*:pull", [("library/*", [])]),
        ("repository:vault/app:pull,push,delete,*", [("vault/app", [])]),
        ("repository(plugin):library/app:pull", [("library/app", [])]),
        ("registry:catalog:*", [("catalog", [])]),
        ("registry:catalog:pull,*,push", [("catalog", [])]),
        ("foo:bar:baz", [("bar", [])]),
        ("repository", [("", [])]),
    ],
)
def test_no_scope_grants_more_than_the_role(alice, scope, expected):
    make_project("vault")
    assert granted(ask(scope, as_=basic("alice"))) == expected


def test_a_system_admin_may_list_the_catalog(alice):
    make_sysadmin("root")
    assert granted(ask("registry:catalog:*", as_=basic("root"))) == [("catalog", ["*"])]


def test_ten_thousand_scopes_are_refused(alice):
    for abuse in (
        [f"repository:library/app{n}:pull" for n in range(900)],
        [f"repository:library/app{n}:pull" for n in range(10_000)],
        [" ".join(f"repository:library/app{n}:pull" for n in range(10_000))],
        ["repository:library/app:pull\nrepository:library/b:pull"],
        ["repository:library/app:pull\0"],
        ["\udcff".encode("utf-8", "surrogateescape").decode("latin-1")],
    ):
        refused(ask(*abuse, as_=basic("alice")), 400)


# T11 and T10 as a stranger meets them.


def test_guessing_ends_in_a_wait_for_that_address_only(alice):
    for _ in range(lock_out.FREE_ATTEMPTS):
        refused(ask(as_=basic("alice", "wrong")), 401)
    response = ask(as_=basic("alice", "wrong"))
    assert refused(response, 429)["code"] == "TOOMANYREQUESTS"
    assert int(response["Retry-After"]) >= 1
    refused(ask(as_=basic("alice")), 429)
    assert granted(ask(as_=basic("alice"), address="192.0.2.2")) == []
    assert granted(ask(PULL_PUSH, as_=basic("alice", "wrong"))) == [("library/app", ["pull"])]


def test_a_known_and_an_unknown_name_are_refused_with_the_same_body(alice):
    known, unknown = ask(as_=basic("alice", "wrong")), ask(as_=basic("nobody", "wrong"))
    assert known.content == unknown.content
    assert dict(known.headers) == dict(unknown.headers)


# What a token opens, at the door that takes it.


def test_a_token_opens_v2_until_its_user_is_disabled(alice):
    headers = {"Authorization": f"Bearer {ask(as_=basic('alice')).json()['token']}"}
    assert Client().get("/v2/", headers=headers).status_code == 200
    user = make_user("bob")
    token = f"Bearer {ask(as_=basic('bob')).json()['token']}"
    user.delete()
    refused(Client().get("/v2/", headers={"Authorization": token}), 401)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "A" * 100_000, "..", "null", "\x80"])
def test_a_mangled_token_at_v2_is_a_401_and_never_a_fault(alice, token):
    response = Client().get("/v2/", headers={"Authorization": f"Bearer {token}"})
    refused(response, 401)
    assert response["WWW-Authenticate"].startswith("Bearer realm=")


def test_a_forged_token_at_v2_is_a_401_that_says_so(alice):
    named = {"sub": "alice", "kind": "user", "id": alice.id, "ver": alice.authorization_version}
    assert (
        Client()
        .get("/v2/", headers={"Authorization": f"Bearer {forging.signed(forging.payload(**named))}"})
        .status_code
        == 200
    )
    for forged in (
        forging.signed_by_another(forging.payload(**named)),
        forging.signed_with_hmac("HS512", b"key"),
        forging.signed(forging.payload(**named), forging.header(jku="http://127.0.0.1:9/keys")),
        forging.signed(forging.payload(**named), forging.header(crit=["x"])),
        forging.signed(forging.payload(**named), forging.header(kid="unknown")),
        forging.signed(forging.payload(**named, aud=["harbor-registry"])),
        forging.signed(forging.payload(**named, exp=1e308)),
        forging.signed(forging.payload(**named, iat=...)),
        forging.signed(forging.payload(**{**named, "id": alice.id + 10**6})),
        forging.signed(forging.payload(**{**named, "ver": alice.authorization_version + 1})),
    ):
        response = Client().get("/v2/", headers={"Authorization": f"Bearer {forged}"})
        assert refused(response, 401)["code"] == "UNAUTHORIZED"
        assert 'error="invalid_token"' in response["WWW-Authenticate"]


def test_the_lifetime_that_is_set_is_told(alice):
    configuration.set("token_expiration", 5, by=SYSTEM)
    assert ask(as_=basic("alice")).json()["expires_in"] == 300


def test_the_key_set_is_public():
    token_for(ANONYMOUS)
    response = Client().get("/service/token/jwks")
    assert response.status_code == 200
    (key,) = response.json()["keys"]
    assert (key["kty"], key["alg"], key["use"]) == ("EC", "ES256", "sig")
    assert "d" not in key


# T09: where clients are sent to.


@pytest.mark.parametrize("header", ["X-Forwarded-Host", "X-Forwarded-Server", "Forwarded", "X-Original-Host"])
def test_the_realm_is_not_taken_from_a_forwarded_header(header):
    response = Client().get("/v2/", headers={"Host": "localhost:8080", header: "evil.example"})
    assert 'realm="http://localhost:8080/service/token"' in response["WWW-Authenticate"]


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "localhost@evil.example", "", "a b", "evil:80"]
)
def test_an_unlisted_host_gets_no_challenge(host):
    response = Client().get("/v2/", headers={"Host": host})
    refused(response, 400)
    assert "evil" not in str(response.headers)
    assert "no-store" in response["Cache-Control"]


def test_a_project_made_private_closes_its_anonymous_tokens_at_the_next_request(alice):
    token = ask(PULL_PUSH).json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    project = projects.get("library", by=SYSTEM)
    assert Client().get("/v2/library/app/tags/list", headers=headers).status_code == 404
    projects.set_public(project, False, by=SYSTEM)
    assert Client().get("/v2/library/app/tags/list", headers=headers).status_code == 401
