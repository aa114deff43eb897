"""A request as the front sees it: who sent it, under which name it is logged, and what Django is told of it."""

import itertools
import re
import secrets
import time
from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO
from ipaddress import ip_address
from typing import Any, BinaryIO

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from registry.serving.connections.exchange import Exchange

GIVEN_ID = re.compile(rb"[A-Za-z0-9._:+/=-]{1,64}")
LONGEST_FORWARDED = 2048
FORWARDED = (b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host")

# Numbers of requests: a random beginning for each process, and a count.
PROCESS = secrets.token_hex(4).encode()
_counted = itertools.count(1)


class Request:
    """Headers are joined where they came twice, as WSGI has it. Those with an underscore in their name are dropped:
    WSGI could not tell X_Forwarded_For from X-Forwarded-For."""

    def __init__(self, scope: dict[str, Any]) -> None:
        self.began_at = time.time()
        self.started = time.perf_counter()
        self.scope = scope
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.scheme: str = scope["scheme"]
        self.client_address: str = (scope["client"] or ("",))[0]
        self.headers: dict[bytes, bytes] = {}
        for name, value in scope["headers"]:
            if b"_" not in name:
                known = self.headers.get(name)
                separator = b"; " if name == b"cookie" else b","
                self.headers[name] = value if known is None else known + separator + value
        self._settle_origin()
        given = self.headers.get(b"x-request-id", b"")
        self.id: bytes = given if GIVEN_ID.fullmatch(given) else _next_id()
        self.exchange: Exchange | None = scope.get("extensions", {}).get("roadstead")

    @property
    def content_length(self) -> int | None:
        """The length of the body as announced; None where it comes in chunks, and no length is known."""
        if b"transfer-encoding" in self.headers:
            return None
        return int(self.headers.get(b"content-length", b"0"))

    @property
    def is_for_registry(self) -> bool:
        """Whether a client of /v2 sent it: those get no page and no cookie."""
        return self.path == "/v2" or self.path.startswith(("/v2/", "/service/token"))

    @property
    def is_for_a_listed_host(self) -> bool:
        host = self.headers.get(b"host")
        return host is None or _is_listed(host)

    def environ(self, body: BinaryIO | None = None, /, **extra: Any) -> dict[str, Any]:
        """What PEP 3333 asks for. Without `body` the request looks as it came, with its body unread."""
        server = self.scope["server"] or ("127.0.0.1", 80)
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": self.path if self.path.isascii() else self.path.encode().decode("latin-1"),
            "QUERY_STRING": self.scope["query_string"].decode("latin-1"),
            "SERVER_NAME": server[0],
            "SERVER_PORT": str(server[1]),
            "SERVER_PROTOCOL": f"HTTP/{self.scope['http_version']}",
            "REMOTE_ADDR": self.client_address,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": self.scheme,
            "wsgi.input": body or BytesIO(),
            "wsgi.input_terminated": True,
            "wsgi.errors": None,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        for name, value in self.headers.items():
            environ[_key(name)] = value.decode("latin-1")
        environ["HTTP_X_REQUEST_ID"] = self.id.decode()
        environ.update(extra)
        return environ

    def _settle_origin(self) -> None:
        """Believe a proxy's word about the client, the scheme and the host; take it away from all others."""
        if not any(name in self.headers for name in FORWARDED):
            return
        forwarded = [self.headers.pop(name, b"")[-LONGEST_FORWARDED:].decode("latin-1") for name in FORWARDED]
        if not _is_trusted(self.client_address):
            return
        clients, scheme, host = ([part.strip(" ") for part in value.split(",")] for value in forwarded)
        self.client_address = _client(clients) or self.client_address
        if scheme[-1] in ("http", "https"):
            self.scheme = scheme[-1]
        if host[-1]:
            self.headers[b"host"] = host[-1].encode("latin-1")


def _next_id() -> bytes:
    return b"%b%08x" % (PROCESS, next(_counted))


@lru_cache(maxsize=512)
def _key(name: bytes) -> str:
    """The name of a header in a WSGI environment."""
    key = name.decode("latin-1").upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"


@lru_cache(maxsize=256)
def _is_listed(host: bytes) -> bool:
    domain, _ = split_domain_port(host.decode("latin-1"))
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


@lru_cache(maxsize=1024)
def _is_trusted(address: str) -> bool:
    """Whether this is an address at all, and one of a proxy of ours."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in settings.ENV.trusted_proxies)


def _client(chain: Sequence[str]) -> str:
    """The last address in X-Forwarded-For that is no proxy of ours: what stands before it anyone can have written."""
    for address in reversed(chain):
        if not _is_trusted(address):
            return address if _is_address(address) else ""
    return chain[0]


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
