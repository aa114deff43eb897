"""The body of an upload while it comes in: hashed and written as it streams."""

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from uuid import UUID

from registry import storage
from registry.content import digests
from registry.content.digests import Hasher
from registry.exceptions import QuotaExceeded, UploadSizeInvalid, UploadUnknown
from registry.models import Upload
from registry.rules import quotas
from registry.storage import Absent, Writer, paths

SLICE = 1 << 20


class Reception:
    """One request's bytes on their way into an upload. Its methods block: call them in a thread.

    `hasher` has seen all bytes before these, or is None where those would have to be read again.
    `finishing`: the algorithm of the digest that this request ends the upload with, if it does.
    `ceiling`: how long the upload may grow at most, where its project has a quota.
    A token that was good at `admitted_at` is good until the body is in."""

    def __init__(
        self,
        upload: Upload,
        writer: Writer,
        hasher: Hasher | None,
        *,
        algorithm: str = "sha256",
        finishing: str = "",
        on_cut: Callable[["Reception"], object],
    ) -> None:
        self.upload = upload
        self.ceiling: int | None = None
        self.expected: int | None = None
        self.is_too_long = False
        self.received = 0
        self.admitted_at = time.time()
        self.hasher = hasher
        self.algorithm = algorithm
        self._writer = writer
        self._finishing = finishing
        self._on_cut = on_cut
        self._read_back = ""
        self._hashed = 0

    @property
    def end(self) -> int:
        """Where the upload stands with what has come so far."""
        return self.upload.offset + self.received

    def write(self, chunk: bytes | bytearray | memoryview) -> None:
        """Take the next bytes. QuotaExceeded beyond `ceiling`."""
        self.store(chunk)
        self.hash(chunk)

    def store(self, chunk: bytes | bytearray | memoryview) -> None:
        """One half of `write`; the two may run side by side in two threads."""
        if self.ceiling is not None and self.end + len(chunk) > self.ceiling:
            self.is_too_long = True
            raise QuotaExceeded(f"the blob is longer than the {quotas.told(self.ceiling)} that this project may take")
        self._writer.write(chunk)
        self.received += len(chunk)

    def hash(self, chunk: bytes | bytearray | memoryview) -> None:
        """The other half."""
        if self.hasher is not None:
            self.hasher.update(chunk)
        self._hashed += len(chunk)

    def complete(self) -> None:
        """All has come: make it durable and let go of the file. UploadSizeInvalid where it is not all.
        What a finishing request needs to be read again is read here, where no handler's thread waits for it."""
        try:
            if self.expected is not None and self.received != self.expected:
                raise UploadSizeInvalid(f"{self.received} bytes came, {self.expected} were announced")
            if self.received:
                self._writer.sync()
            if self._finishing and not self.digest(self._finishing):
                self._read_back = self._read_again(self._finishing)
        finally:
            self._writer.close()

    def abort(self) -> None:
        """The body was cut or refused. What came is made durable and recorded, so that the client goes
        on from there; an upload that no client knows of is dropped. Writes a row: call it where
        database connections are looked after."""
        if self._hashed != self.received:
            self.hasher = None  # it has seen bytes that could not be stored
        try:
            if self.received:
                self._writer.sync()
        finally:
            self._writer.close()
        self._on_cut(self)

    def digest(self, algorithm: str) -> str:
        """The digest of the whole upload up to here, or "" where it is not known without reading again."""
        if self.hasher is not None and algorithm == self.algorithm:
            return f"{algorithm}:{self.hasher.hexdigest()}"
        if not self.received and algorithm == "sha256" and self.upload.digest_so_far:
            return self.upload.digest_so_far
        return self._read_back if digests.algorithm(self._read_back) == algorithm else ""

    def _read_again(self, algorithm: str) -> str:
        hasher = digests.hasher(algorithm)
        try:
            with storage.driver().open(paths.upload(self.upload.repository.name, self.upload.pk)) as opened:
                while piece := opened.read(SLICE):
                    hasher.update(piece)
        except Absent:
            raise UploadUnknown("the upload was cancelled while it ended") from None
        return f"{algorithm}:{hasher.hexdigest()}"


class Hashers:
    """Hash states between the chunks of uploads that this process receives, so that chunk after chunk
    needs no second reading. Only a shortcut: what is not here is read again at the end."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[UUID, tuple[int, int, Hasher]] = OrderedDict()
        self._lock = Lock()

    def keep(self, reception: Reception) -> None:
        if reception.hasher is None or reception.algorithm != "sha256":
            return
        upload = reception.upload
        with self._lock:
            self._kept[upload.pk] = (upload.fence, upload.offset, reception.hasher)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def take(self, upload: Upload) -> Hasher | None:
        """The state after exactly the bytes that the row tells of, and no writer in between; else None."""
        with self._lock:
            fence, offset, hasher = self._kept.pop(upload.pk, (0, 0, None))
        return hasher if (fence + 1, offset) == (upload.fence, upload.offset) else None

    def forget(self, upload: Upload) -> None:
        with self._lock:
            self._kept.pop(upload.pk, None)


HASHERS = Hashers(most=1000)
