"""The memory of a contestant's workers, looked at twice a second for as long as the run lasts."""

import threading
import time
from dataclasses import dataclass
from types import TracebackType

from bench.contestants import Contestant


@dataclass(frozen=True)
class Sample:
    seconds: float
    rss: int
    anonymous: int


class Watch:
    def __init__(self, at: Contestant) -> None:
        self.name = at.name
        self.samples: list[Sample] = []
        self._at = at
        self._began = time.monotonic()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._thread.join()

    def at_start(self) -> int:
        return self.samples[0].rss

    def peak(self) -> int:
        return max(sample.rss for sample in self.samples)

    def after(self, share: float) -> Sample:
        """As it stood when this share of the run was over."""
        return self.samples[min(int(len(self.samples) * share), len(self.samples) - 1)]

    def _look(self) -> None:
        while True:
            elapsed = time.monotonic() - self._began
            self.samples.append(Sample(elapsed, self._at.rss_bytes(), self._at.anonymous_bytes()))
            if self._stopped.wait(0.5):
                return
