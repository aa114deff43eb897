"""The client, which remembers what it was asked and what it got, and what scenes have in common."""

import asyncio
import hashlib
import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from harborapi import HarborAsyncClient

PLUMBING = {
    *("get", "get_text", "get_file", "post", "put", "patch", "delete", "head"),
    *("authenticate", "construct_model", "log_response", "no_retry", "no_validation", "raw_mode"),
}


@dataclass
class Stage:
    """One server, and who asks: its admin. `ldap` are the settings of a directory, where there is one."""

    url: str
    password: str
    ldap: dict[str, Any]
    replies: list[dict[str, Any]] = field(default_factory=list)
    called: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.admin = self.client("admin", self.password)

    def client(self, username: str, secret: str) -> "Client":
        made = HarborAsyncClient(url=f"{self.url}/api/v2.0", username=username, secret=secret)
        made.client.event_hooks["response"].append(self._remember)
        return Client(made, self)

    async def _remember(self, reply: httpx.Response) -> None:
        body = await reply.aread()
        asked = reply.request
        told = {"method": asked.method, "path": asked.url.raw_path.decode(), "status": reply.status_code}
        self.replies.append({**told, "headers": dict(reply.headers), "body": body.decode(errors="replace")})


@dataclass
class Client:
    """A client whose methods are called as if they waited for nothing."""

    real: HarborAsyncClient
    stage: Stage

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self.real, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            self.stage.called.add(name)
            return self.stage.loop.run_until_complete(method(*args, **kwargs))

        return call


def methods() -> list[str]:
    """All that the client can ask a server."""
    found = inspect.getmembers(HarborAsyncClient, callable)
    return [name for name, _ in found if not name.startswith("_") and name not in PLUMBING]


def refused(kind: type[Exception], call: Callable[[], object]) -> None:
    """The call must fail in this way."""
    try:
        call()
    except kind:
        return
    raise AssertionError(f"this was not refused with {kind.__name__}")


def number(location: str) -> int:
    """The id at the end of a Location."""
    return int(location.rpartition("/")[2])


def push(stage: Stage, name: str, tag: str, **fields: Any) -> str:
    """Push a small image; answers its digest."""
    with httpx.Client(base_url=stage.url, auth=("admin", stage.password)) as wire:
        config = _send(wire, name, _config(fields.pop("cmd", "sh")))
        layer = _send(wire, name, f"layer of {name}:{tag}".encode())
        manifest = {
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": {"mediaType": "application/vnd.oci.image.config.v1+json", **config},
            "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", **layer}],
            **fields,
        }
        body = json.dumps(manifest).encode()
        reference = tag or f"sha256:{hashlib.sha256(body).hexdigest()}"
        done = wire.put(
            f"/v2/{name}/manifests/{reference}", content=body, headers={"Content-Type": manifest["mediaType"]}
        )
        assert done.status_code == 201, done.text
        return done.headers["Docker-Content-Digest"]


def _config(command: str) -> bytes:
    history = [{"created": "2026-01-01T00:00:00Z", "created_by": f"CMD [{command!r}]"}]
    return json.dumps(
        {"architecture": "amd64", "os": "linux", "config": {"Cmd": [command]}, "history": history, "author": "us"}
    ).encode()


def _send(wire: httpx.Client, name: str, content: bytes) -> dict[str, Any]:
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    done = wire.post(f"/v2/{name}/blobs/uploads/?digest={digest}", content=content)
    assert done.status_code == 201, done.text
    return {"digest": digest, "size": len(content)}
