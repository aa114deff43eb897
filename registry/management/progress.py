"""How far a command is, told on standard error: in place on a terminal, else a line now and then."""

import time
from collections.abc import Callable

from django.core.management.base import OutputWrapper

ON_TERMINAL_SECONDS = 0.2
ELSEWHERE_SECONDS = 10.0


class Ticker:
    def __init__(self, stream: OutputWrapper) -> None:
        self._stream = stream
        self._is_terminal = stream.isatty()
        self._told_at = time.monotonic()

    def tell(self, text: Callable[[], str]) -> None:
        """Show it, unless something was shown a moment ago."""
        now = time.monotonic()
        if now - self._told_at >= (ON_TERMINAL_SECONDS if self._is_terminal else ELSEWHERE_SECONDS):
            self._told_at = now
            self._write(f"\r\x1b[K{text()}" if self._is_terminal else f"{text()}\n")

    def clear(self) -> None:
        """Leave the terminal's line free for what comes next."""
        if self._is_terminal:
            self._write("\r\x1b[K")

    def _write(self, text: str) -> None:
        self._stream.write(text, str, "")
        self._stream.flush()
