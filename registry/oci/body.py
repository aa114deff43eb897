"""Bodies: an upload's on its way in, a blob's on its way out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.http import HttpResponse, StreamingHttpResponse
from rest_framework.request import Request

from registry.content import documents
from registry.content.reception import SLICE, Reception
from registry.exceptions import BodyTooLarge, EncodingUnsupported, UploadSizeInvalid

STEP = "roadstead.step"
RECEPTION = "roadstead.reception"


class Proceed(HttpResponse):
    """The view's yes to an upload whose body has not been read: the server in front streams the body
    into `reception` and then calls the view again with it. Never sent to a client."""

    def __init__(self, reception: Reception) -> None:
        super().__init__(status=202)
        self.reception = reception


@dataclass(frozen=True)
class SentFile:
    """A part of a file that the server in front can send by itself: `count` bytes from `offset`."""

    path: Path
    offset: int
    count: int


class BlobResponse(StreamingHttpResponse):
    """A blob, or a part of one. `file` is None where the storage keeps no files; iterating gives the same bytes."""

    block_size = SLICE

    def __init__(self, pieces: Iterable[bytes], *, file: SentFile | None, **kwargs: Any) -> None:
        super().__init__(pieces, **kwargs)
        self.file = file


def is_begin(request: Request) -> bool:
    """Whether only the question is asked if an upload's body may come."""
    return request.META.get(STEP) == "begin"


def announced(request: Request) -> int | None:
    """The length that the body will have by its header; None for a chunked one."""
    if request.META.get("HTTP_TRANSFER_ENCODING"):
        return None
    value = request.META.get("CONTENT_LENGTH") or "0"
    return int(value) if value.isdigit() else None


def require_plain(request: Request) -> None:
    if request.META.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
        raise EncodingUnsupported


def small(request: Request) -> bytes:
    """The whole of a manifest's body. BodyTooLarge beyond 4 MiB, before it is all in memory."""
    require_plain(request)
    length = announced(request)
    if length is not None and length > documents.LARGEST:
        raise BodyTooLarge(f"a manifest has at most {documents.LARGEST} bytes, this one has {length}")
    body = b"".join(_pieces(request, documents.LARGEST + 1))
    if len(body) > documents.LARGEST:
        raise BodyTooLarge(f"a manifest has at most {documents.LARGEST} bytes")
    if length is not None and len(body) != length:
        raise UploadSizeInvalid(f"{len(body)} bytes came, {length} were announced")
    return body


def received(request: Request) -> Reception | None:
    """The reception that the server in front has filled; None where the body is still to be read."""
    return request.META.get(RECEPTION)


def fill(reception: Reception, request: Request) -> Reception:
    """Read the body here, where no server in front has done it (a plain WSGI server)."""
    if reception.expected is None:
        reception.expected = announced(request)
    try:
        for piece in _pieces(request, None):
            reception.write(piece)
    except BaseException:
        reception.abort()
        raise
    reception.complete()
    return reception


def _pieces(request: Request, most: int | None) -> Iterator[bytes]:
    """The body in slices. Django takes a chunked body for an empty one; its server does not."""
    stream: BinaryIO = request.META["wsgi.input"]
    left = announced(request)
    if left is None and not request.META.get("wsgi.input_terminated"):
        left = 0
    while left is None or left > 0:
        piece = stream.read(SLICE if left is None else min(SLICE, left))
        if not piece:
            return
        yield piece
        left = None if left is None else left - len(piece)
        if most is not None and (most := most - len(piece)) <= 0:
            return


def is_of(request: Request, digest: str) -> bool:
    """Whether a Range counts: not where If-Range says that the client has a part of something else, for which
    the whole is sent. Only the full ETag will do (RFC 9110, 13.1.5)."""
    tag = f'"{digest}"'
    return str(request.META.get("HTTP_IF_RANGE", tag)).strip() == tag


def is_known(request: Request, digest: str) -> bool:
    """Whether the client has it already, by its If-None-Match (quoted, as RFC 9110 has it, or bare)."""
    known = request.META.get("HTTP_IF_NONE_MATCH", "")
    return any(each.strip().removeprefix("W/").strip('"') in (digest, "*") for each in known.split(","))
