"""Sending a file's bytes: by the kernel where it can, and by reading elsewhere (TLS, another server)."""

import logging
import os
from collections.abc import Iterable

from registry.oci.body import SentFile
from registry.serving import pools
from registry.serving.replies import Header, Reply

logger = logging.getLogger(__name__)

PIECE = 1 << 18


async def send(reply: Reply, status: int, headers: Iterable[Header], file: SentFile) -> None:
    """A reply whose body is a part of a file. Its headers tell the length."""
    try:
        descriptor = await pools.IO.insist(os.open, file.path, os.O_RDONLY)
    except OSError as error:
        logger.error("A blob's file cannot be opened", extra={"path": str(file.path), "reason": str(error)})
        await reply.refuse(500, "UNKNOWN", "the bytes of this blob are missing or damaged in storage")
        return
    try:
        await send_opened(reply, status, headers, descriptor, file.offset, file.count)
    finally:
        os.close(descriptor)


async def send_opened(
    reply: Reply, status: int, headers: Iterable[Header], descriptor: int, offset: int, count: int
) -> None:
    """The same for a file that is open already, and stays so."""
    if reply.sends_files:
        await reply.file(status, headers, descriptor, offset, count)
        return
    await reply.begin(status, headers)
    end = offset + count
    while offset < end and not reply.is_cut:
        piece = await pools.IO.insist(os.pread, descriptor, min(PIECE, end - offset), offset)
        if not piece:
            raise OSError("a file is shorter than its record says")
        offset += len(piece)
        await reply.go_on(piece)
    await reply.end()
