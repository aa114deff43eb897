"""What libraries log while a job works stands in the log of the job too, beside what its kind says itself."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from registry import logs
from registry.jobs.log import Log

LEVELS = {logging.INFO: "info", logging.WARNING: "warning"}


class Echo(logging.Handler):
    """Of the thread that made it. The job service's own words are for the operator: they are about this log."""

    def __init__(self, log: Log) -> None:
        super().__init__(logging.INFO)
        self._log = log
        self._thread = threading.get_ident()
        self.setFormatter(Lines())

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread and not record.name.startswith(__package__):
            self._log.hear(LEVELS.get(record.levelno, "error"), self.format(record))


class Lines(logging.Formatter):
    """Who says it, what, and what was given beside it; of an exception its message only, not where it arose."""

    def format(self, record: logging.LogRecord) -> str:
        failure = record.exc_info[1] if record.exc_info else None
        why = f" ({type(failure).__name__}: {failure})" if failure else ""
        return f"{record.name}: {record.getMessage()}{logs.told(record)}{why}"


@contextmanager
def into(log: Log) -> Iterator[None]:
    echo = Echo(log)
    logging.getLogger().addHandler(echo)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(echo)
