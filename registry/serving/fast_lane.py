"""The fast lane: manifests and blobs for a token that is known already, answered before Django.

It asks what the views ask, by the same functions, and its replies are theirs to the byte. Whatever is not
plain (a token never seen, rights that have changed, a condition, a fault) it leaves to the views."""

import os

from accounts.audit import Circumstances
from accounts.tokens import jwt
from accounts.tokens.jwt import Claims
from registry.content import blobs, hot, pulls
from registry.content.hot import HotBlob, HotManifest
from registry.exceptions import RangeInvalid, StorageDamaged
from registry.oci import access, headers, ranges
from registry.oci.ranges import Part
from registry.oci.routes import Route
from registry.serving import files, pools
from registry.serving.lookups import Unanswered, lookup
from registry.serving.replies import Reply
from registry.serving.requests import Request

# A request with one of these asks for more than a plain read.
CONDITIONS = frozenset((b"if-none-match", b"if-match", b"if-modified-since", b"if-unmodified-since", b"if-range"))


async def answer(request: Request, route: Route, reply: Reply) -> bool:
    """Whether this was a plain read, and has been answered."""
    if route.kind not in ("manifest", "blob") or request.method not in ("GET", "HEAD"):
        return False
    if not CONDITIONS.isdisjoint(request.headers):
        return False
    claims = _claims(request)
    if claims is None or claims.carries(route.name, "pull") is None:
        return False
    try:
        if route.kind == "manifest":
            return await _manifest(request, route, claims, reply)
        return await _blob(request, route, claims, reply)
    except (Unanswered, RangeInvalid):
        return False


def _claims(request: Request) -> Claims | None:
    scheme, _, token = request.headers.get(b"authorization", b"").partition(b" ")
    if scheme.lower() != b"bearer":
        return None
    return jwt.known(token.strip().decode("latin-1"))


async def _manifest(request: Request, route: Route, claims: Claims, reply: Reply) -> bool:
    row = await lookup().ask(hot.manifest(route.name, route.reference, claims.bearer))
    if row is None:
        return False
    found = HotManifest.of(row)
    if not access.covers(claims, route.name, "pull", found.rights):
        return False
    reply.line.principal, reply.line.is_fast = claims.name, True
    if request.method == "GET":
        pulls.note(found, pulls.resource(route.name, route.reference), pulls.bearer(claims), _circumstances(request))
    await reply.whole(200, headers.of_manifest(found.digest, found.media_type, len(found.payload)), found.payload)
    return True


def _circumstances(request: Request) -> Circumstances:
    agent = request.headers.get(b"user-agent", b"").decode("latin-1")
    return Circumstances(request.client_address, request.id.decode(), agent)


async def _blob(request: Request, route: Route, claims: Claims, reply: Reply) -> bool:
    row = await lookup().ask(hot.blob(route.name, route.reference, claims.bearer))
    if row is None:
        return False
    found = HotBlob.of(row)
    if not access.covers(claims, route.name, "pull", found.rights):
        return False
    wanted = ranges.requested(request.headers.get(b"range", b"").decode("latin-1"), found.size)
    part = wanted or Part(0, found.size, found.size)
    descriptor = await pools.IO.run(_open, found)
    if descriptor is None:
        return False
    reply.line.principal, reply.line.is_fast = claims.name, True
    said = headers.of_blob(found.digest, part, is_partial=wanted is not None)
    try:
        status = 200 if wanted is None else 206
        if request.method == "HEAD":
            await reply.whole(status, said, b"")
        else:
            await files.send_opened(reply, status, said, descriptor, part.start, part.count)
    finally:
        os.close(descriptor)
    return True


def _open(found: HotBlob) -> int | None:
    """The blob's file, where there is one and it is all there."""
    try:
        path = blobs.file_of(found.digest, found.size)
        return None if path is None else os.open(path, os.O_RDONLY)
    except (StorageDamaged, OSError):
        return None
