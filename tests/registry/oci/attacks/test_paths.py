"""Names, tags, digests and ids that try to lead out of the storage (R07): sent raw, refused, and nothing is made."""

import base64
from collections.abc import Iterator

import pytest

from tests.registry.oci import pieces
from tests.registry.oci.attacks import watch
from tests.registry.serving.pushing import Pusher
from tests.registry.serving.wire import Wire
from tests.server import Server

HEX = "0" * 64
ABSENT = f"sha256:{HEX}"
UP = "..%2f..%2f..%2f..%2f..%2fevil"
UP_TWICE = UP.replace("%", "%25")

# fmt: off
NAMES = [
    "..", "../..", "library/..", "library/../../evil", "library/./evil", "library//evil", "/library/evil",
    "library/evil/", "%2e%2e", "library/%2e%2e/evil", f"library/{UP}", f"library/{UP_TWICE}",
    "library/..%5c..%5cevil", "library\\evil", "library/evil%00", "library/evil%0a", "library/evil;a=b",
    "library/evil%3fx", "library/%ef%bc%8e%ef%bc%8e", "library/%e2%80%a5", "library/%c0%ae%c0%ae", "library/%ff",
    "library/Evil", "library/_catalog", "library/_trust", "_uploads/evil", "library/" + "a" * 248,
    "%6cibrary/%45vil", "library%2f%2fevil", "library/evil%2f..", "library/evil%20", "~/evil", "library/.evil",
]
REFERENCES = [
    "..", "%2e%2e", UP, UP_TWICE, "..%5cevil", "a%00", "a%0a", "%ff", ".evil", "-evil", "a;b", "a" * 129,
    ":", "sha256:", "sha256:..%2f..%2fevil", f"sha256:{HEX[:63]}", f"sha256:{HEX}0", f"sha256:{'A' * 64}",
    f"SHA256:{HEX}", f"sha512:{HEX}", f"sha256+b64:{HEX}", f"md5:{HEX[:32]}", f"sha256:{HEX[:62]}%2f0", f"..:{HEX}",
    f"sha256:{HEX}%00", f"sha256:sha256:{HEX}",
]
UPLOAD = "00000000-0000-4000-8000-000000000000"
IDS = ["..", "%2e%2e", UP, UP_TWICE, "x", UPLOAD[:-1], f"{{{UPLOAD}}}", f"{UPLOAD}%00", "%00", "%ff", "*"]
PATHS = [
    "/v2/../../../../etc/passwd", "/v2/%2e%2e/%2e%2e/etc/passwd", "/v2/..;/etc/passwd", "//v2//", "/v2//",
    "/v2/\\..\\..", "/v2/*", "/V2/", "/v2/library/app/manifests/../../../../etc/passwd",
]
# fmt: on


@pytest.fixture(autouse=True)
def _nothing_is_made(server: Server, pusher: Pusher) -> Iterator[None]:
    """Around each test: an image is there, and afterwards nothing but that."""
    pieces.push(pusher, "1", b"a layer")
    before = watch.everything(server)
    yield
    assert watch.everything(server) == before


def authorization(server: Server) -> str:
    return "Basic " + base64.b64encode(f"admin:{server.admin_password}".encode()).decode()


def not_refused(server: Server, *asked: tuple[str, str]) -> list[tuple[int, str, str]]:
    """Those of the requests that a system admin is not refused, or that are answered with a fault of ours."""
    found = []
    for method, target in asked:
        with Wire(server) as wire:
            body = None if method in ("GET", "DELETE") else b"{}"
            reply = wire.ask(method, target, body, authorization=authorization(server))
        if reply.status not in (400, 404, 405) or b"Traceback" in reply.body:
            found.append((reply.status, method, target))
    return found


WITH_A_NAME = [
    ("GET", "manifests/1"),
    ("PUT", "manifests/1"),
    ("DELETE", "manifests/1"),
    ("GET", f"blobs/{ABSENT}"),
    ("DELETE", f"blobs/{ABSENT}"),
    ("POST", "blobs/uploads/"),
    ("POST", f"blobs/uploads/?digest={ABSENT}"),
    ("GET", "tags/list"),
    ("GET", f"referrers/{ABSENT}"),
]


def test_no_name_leads_anywhere(server: Server):
    for evil in NAMES:
        asked = ((method, f"/v2/{evil}/{rest}") for method, rest in WITH_A_NAME)
        assert not_refused(server, *asked) == []


def test_no_reference_leads_anywhere(server: Server, pusher: Pusher):
    for evil in REFERENCES:
        kinds, methods = ("manifests", "blobs", "referrers"), ("GET", "PUT", "DELETE")
        asked = [(method, f"/v2/{pusher.repository}/{kind}/{evil}") for kind in kinds for method in methods]
        uploads = f"/v2/{pusher.repository}/blobs/uploads/"
        asked += [("POST", f"{uploads}?digest={evil}"), ("POST", f"{uploads}?mount={evil}&from=library/x")]
        assert not_refused(server, *asked) == []


def test_no_id_of_an_upload_leads_anywhere(server: Server, pusher: Pusher):
    for evil in IDS:
        target = f"/v2/{pusher.repository}/blobs/uploads/{evil}"
        asked = [(method, target) for method in ("GET", "PATCH", "DELETE")]
        assert not_refused(server, *asked, ("PUT", f"{target}?digest={ABSENT}")) == []


def test_no_path_leads_anywhere(server: Server):
    assert not_refused(server, *((method, path) for path in PATHS for method in ("GET", "PUT", "DELETE"))) == []
