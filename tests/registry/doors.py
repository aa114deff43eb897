"""Two doors to one installation, one with the fast lane and one without: what each of them says."""

import json

from tests.registry.serving.wire import Reply, Wire
from tests.server import Server

Doors = tuple[Server, Server]


def ask_both(doors: Doors, method: str, path: str, body: bytes | None = None, /, **headers: str) -> tuple[Reply, Reply]:
    """The replies of the fast door, which has seen the token, and of the views."""
    replies = []
    for server in doors:
        with Wire(server) as wire:
            for _ in range(2):
                reply = wire.ask(method, path, body, **headers)
            replies.append(reply)
    return replies[0], replies[1]


def said(reply: Reply, server: Server) -> object:
    """All of a reply but the hour, the request's number and the door's."""
    headers = [
        (name, value.replace(server.url, "http://door"))
        for name, value in reply.headers.items()
        if name not in ("date", "x-request-id")
    ]
    if reply.status < 400 or not reply.body:
        return reply.status, headers, reply.body
    (error,) = json.loads(reply.body)["errors"]
    error["detail"].pop("request_id")
    return reply.status, headers, error
