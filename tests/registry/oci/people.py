"""The people of these tests, their projects, and the tokens they get."""

import ssl
from dataclasses import dataclass
from typing import Any

import httpx

from tests.engines import registries
from tests.engines.registries import Registry, RoleId
from tests.registry.serving.pushing import Pusher
from tests.server import Server

NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@dataclass(frozen=True)
class Cast:
    """Three projects: `alices` and `bobs` are private and have no member in common, `open` is public and the admin's.
    Carol is a guest, Dave a maintainer and Erin a limited guest of Alice's."""

    server: Server
    admin: Registry
    alice: Registry
    bob: Registry
    carol: Registry
    dave: Registry
    erin: Registry

    def pusher(self, user: Registry, repository: str, actions: str = "pull,push,delete") -> Pusher:
        """The user with a token for a repository."""
        return Pusher(self.server, repository, actions, user.username, user.password)


def gather(server: Server) -> Cast:
    admin = registries.of(server)
    admin.make_project("open", is_public=True)
    alice, bob, carol, dave, erin = (admin.make_user(name) for name in ("alice", "bob", "carol", "dave", "erin"))
    alices = alice.make_project("alices")
    bob.make_project("bobs")
    for user, role in ((carol, RoleId.GUEST), (dave, RoleId.MAINTAINER), (erin, RoleId.LIMITED_GUEST)):
        alices.join(user, role)
    return Cast(server, admin, alice, bob, carol, dave, erin)


def token(server: Server, user: Registry | None, *scopes: str) -> str:
    """What the token service gives to the user, or to nobody, for these scopes."""
    query = {"service": "harbor-registry", "scope": scopes}
    sign_in = (user.username, user.password) if user else None
    reply = ask("GET", f"{server.url}/service/token", params=query, auth=sign_in)
    return str(reply.raise_for_status().json()["token"])


def ask(method: str, url: str, **given: Any) -> httpx.Response:
    """A request by anybody. Nothing here is encrypted, and to load the world's certificates would take longest."""
    return httpx.request(method, url, verify=NO_CERTIFICATES, timeout=60, **given)


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}
