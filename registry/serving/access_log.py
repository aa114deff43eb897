"""The access log: one line per request, written in batches by a thread of its own, so that a full pipe
or a stopped terminal stops no transfer.

A line never holds a query, a header or a token: only what was asked, by whom, and how it ended."""

import asyncio
import json
import os
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring_ascii as quoted

from registry.logs import shown

FLUSH_SECONDS = 0.1
MOST_LINES = 20_000
# What a pipe takes whole: lines of several processes then do not run into each other.
PIPE_BUF = 4096
LONGEST_PATH = 1024
TRUTH = ("false", "true")


@dataclass(slots=True)
class Line:
    """What is said about one request."""

    began_at: float = field(default_factory=time.time)
    method: str = ""
    path: str = ""
    repository: str = ""
    principal: str = ""
    client: str = ""
    request_id: str = ""
    status: int = 0
    received: int = 0
    sent: int = 0
    seconds: float = 0.0
    is_cut: bool = False
    is_fast: bool = False

    def json(self) -> str:
        """One object, written by hand: this is done for every request, and json.dumps takes thrice as long."""
        return (
            f'{{"time": "{_time(self.began_at)}", "level": "info", "logger": "access", '
            f'"method": {quoted(self.method)}, "path": {quoted(self.path[:LONGEST_PATH])}, '
            f'"repository": {quoted(self.repository)}, '
            f'"status": {self.status}, "bytes": {self.sent}, "received": {self.received}, '
            f'"duration_ms": {self.seconds * 1000:.1f}, "principal": {quoted(self.principal)}, '
            f'"client": {quoted(self.client)}, "request_id": {quoted(self.request_id)}, '
            f'"is_cut": {TRUTH[self.is_cut]}, "is_fast": {TRUTH[self.is_fast]}}}'
        )

    def human(self) -> str:
        time_of_day = datetime.fromtimestamp(self.began_at).astimezone().strftime("%H:%M:%S")
        ending = " cut" if self.is_cut else ""
        return (
            f"{time_of_day} {self.status} {self.method:6} {shown(self.path[:LONGEST_PATH])} "
            f"{max(self.sent, self.received)} B {self.seconds * 1000:.1f} ms{ending} "
            f"{shown(self.principal) or '-'} {self.client} {self.request_id}"
        )


class AccessLog:
    """Lines on their way out. Where the reader of the log has stopped, the newest are dropped and counted."""

    def __init__(self, *, is_human: bool, descriptor: int | None = None) -> None:
        self._is_human = is_human
        self._descriptor = sys.stderr.fileno() if descriptor is None else descriptor
        self._lines: list[str] = []
        self._dropped = 0
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="access-log")
        self._writing: Future[None] | None = None
        self._is_due = False

    def write(self, line: Line) -> None:
        if len(self._lines) >= MOST_LINES:
            self._dropped += 1
            return
        self._lines.append(line.human() if self._is_human else line.json())
        if not self._is_due:
            self._is_due = True
            asyncio.get_running_loop().call_later(FLUSH_SECONDS, self._flush)

    def close(self) -> None:
        """Write what is left, for a moment at most."""
        if self._writing is None or self._writing.done():
            with suppress(OSError, TimeoutError):  # whoever reads the log has gone, or has stopped
                self._writer.submit(_write, self._descriptor, self._take()).result(timeout=1)

    def _flush(self) -> None:
        if self._writing is not None and not self._writing.done():
            asyncio.get_running_loop().call_later(FLUSH_SECONDS, self._flush)
            return
        self._is_due = False
        self._writing = self._writer.submit(_write, self._descriptor, self._take())

    def _take(self) -> list[str]:
        lines, self._lines = self._lines, []
        if self._dropped:
            lines.append(json.dumps({"level": "warning", "logger": "access", "dropped_lines": self._dropped}))
            self._dropped = 0
        return lines


def _time(at: float) -> str:
    return f"{_second(int(at))}.{int(at % 1 * 1000):03d}+00:00"


@lru_cache(maxsize=4)
def _second(at: int) -> str:
    return datetime.fromtimestamp(at, tz=UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _write(descriptor: int, lines: list[str]) -> None:
    batch = b""
    for line in lines:
        encoded = line.encode(errors="backslashreplace") + b"\n"
        if len(batch) + len(encoded) > PIPE_BUF:
            os.write(descriptor, batch)
            batch = b""
        batch += encoded
    if batch:
        os.write(descriptor, batch)
