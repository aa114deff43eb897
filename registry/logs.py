"""What the processes say: one JSON object per line, or lines for people where a person looks on."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

# What every record has of itself; all else was given as `extra`.
OF_ITSELF = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName", "request", "color_message"}


def is_human(log_format: str) -> bool:
    """Whether lines are for people: as asked, or because a terminal shows them."""
    return log_format == "human" or (log_format == "auto" and sys.stderr.isatty())


def configuration(log_format: str) -> dict[str, Any]:
    """What settings.LOGGING is. Refused requests are for the access log to tell, not for Django's."""
    formatter = HumanLines if is_human(log_format) else JsonLines
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": formatter}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.request": {"level": "ERROR"},
            "django.server": {"handlers": [], "propagate": True},
            "uvicorn": {"level": "WARNING"},
        },
    }


def shown(text: str) -> str:
    """The text with nothing in it that a terminal would obey, or that would end the line."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


class JsonLines(logging.Formatter):
    """One object per record. ASCII only, so that no reader takes a character for the end of a line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_given(record),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


class HumanLines(logging.Formatter):
    """Time, level where it is not the usual one, message and what was given beside it."""

    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
        level = "" if record.levelno == logging.INFO else f"{record.levelname} "
        line = f"{time} {level}{shown(record.getMessage())}{told(record)}"
        if record.exc_info:
            trace = self.formatException(record.exc_info).split("\n")
            line += "".join(f"\n    {shown(each)}" for each in trace)
        return line


def told(record: logging.LogRecord) -> str:
    """What was given beside the message, for people."""
    return "".join(f" {key}={shown(str(value))}" for key, value in _given(record).items())


def _given(record: logging.LogRecord) -> dict[str, Any]:
    return {key: value for key, value in vars(record).items() if key not in OF_ITSELF}
