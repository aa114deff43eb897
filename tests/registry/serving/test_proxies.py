"""Who is believed about where a request comes from: a proxy that is listed, and nobody else."""

import json
from collections.abc import Callable, Iterator

import pytest

from tests import server as servers
from tests.registry.serving.conftest import SITE
from tests.registry.serving.wire import Wire
from tests.server import Server

FORGED = {
    "x_forwarded_for": "6.6.6.6",
    "x_forwarded_proto": "https",
    "x_forwarded_host": "registry.example",
    "x_real_ip": "6.6.6.6",
    "forwarded": "for=6.6.6.6;proto=https;host=registry.example",
}


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str]) -> Iterator[Server]:
    """A server that takes us for one of its proxies."""
    started = servers.start(
        tmp_path_factory.mktemp("behind"),
        database_url=new_database(),
        ROADSTEAD_TRUSTED_PROXIES="127.0.0.0/8,10.0.0.1",
        ROADSTEAD_HOSTS="registry.example",
        ROADSTEAD_WEB_WORKERS="1",
        **SITE,
    )
    yield started
    started.stop()


def told(server: Server, **headers: str) -> dict[str, str]:
    with Wire(server) as wire:
        return dict(json.loads(wire.ask("GET", "/test/seen", **headers).body))


def test_a_stranger_is_not_believed(site: Server):
    seen = told(site, **FORGED)
    assert (seen["REMOTE_ADDR"], seen["wsgi.url_scheme"]) == ("127.0.0.1", "http")
    assert seen["HTTP_HOST"] == f"127.0.0.1:{site.port}"
    assert not any(name.startswith("HTTP_X_FORWARDED") for name in seen)


def test_a_listed_proxy_is_believed(behind: Server):
    seen = told(behind, x_forwarded_for="192.0.2.7", x_forwarded_proto="https", x_forwarded_host="registry.example")
    assert (seen["REMOTE_ADDR"], seen["wsgi.url_scheme"], seen["HTTP_HOST"]) == (
        "192.0.2.7",
        "https",
        "registry.example",
    )


def test_a_client_cannot_write_its_address_through_a_proxy(behind: Server):
    assert told(behind, x_forwarded_for="6.6.6.6, 192.0.2.7, 10.0.0.1")["REMOTE_ADDR"] == "192.0.2.7"
    assert told(behind, x_forwarded_for="6.6.6.6, nonsense")["REMOTE_ADDR"] == "127.0.0.1"
    assert told(behind, x_forwarded_for=", ".join(["6.6.6.6"] * 5000 + ["192.0.2.7"]))["REMOTE_ADDR"] == "192.0.2.7"


def test_headers_that_no_proxy_of_ours_sends_sign_nobody_in(behind: Server):
    with Wire(behind) as wire:
        assert wire.ask("GET", "/v2/", remote_user="admin", x_webauth_user="admin").status == 401


def test_a_host_from_a_proxy_must_be_listed_too(behind: Server):
    with Wire(behind) as wire:
        assert wire.ask("GET", "/v2/", x_forwarded_host="evil.example").status == 400


def test_clients_are_sent_where_the_proxy_says_they_came_from(behind: Server):
    with Wire(behind) as wire:
        reply = wire.ask("GET", "/v2/", x_forwarded_proto="https", x_forwarded_host="registry.example")
    assert 'realm="https://registry.example/service/token"' in reply.headers["www-authenticate"]
