"""The settings of an installation that come from the environment: each is declared here, once.

`manage.py print_settings` prints this table; nothing else reads the environment."""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

BASE = Path(__file__).resolve().parent.parent
Network = IPv4Network | IPv6Network


class BadValue(SystemExit):
    """A variable's value cannot be used; the start stops with this sentence."""


@dataclass(frozen=True)
class Variable:
    """One row of the table. `default` is text as one would write it, or a saying in angle brackets."""

    name: str
    parse: Callable[[str], Any]
    default: str
    meaning: str
    is_secret: bool = False


def text(value: str) -> str:
    return value


def path(value: str) -> Path:
    return Path(value).expanduser().absolute()


def listen(value: str) -> tuple[str, int]:
    host, colon, port = value.rpartition(":")
    if not (colon and host and port.isdigit() and 0 < int(port) < 65536):
        raise ValueError("must be host:port, such as 127.0.0.1:8080")
    return host.strip("[]"), int(port)


def count(value: str) -> int:
    if not value.isdigit() or not int(value):
        raise ValueError("must be a whole number above 0")
    return int(value)


def count_or_cores(value: str) -> int:
    return count(value) if value else min(os.cpu_count() or 2, 8)


def switch(value: str) -> bool:
    if value not in ("on", "off"):
        raise ValueError("must be on or off")
    return value == "on"


def names(value: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in value.split(",") if name.strip())


def networks(value: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(name, strict=False) for name in names(value))
    except ValueError:
        raise ValueError("must be addresses or networks such as 10.0.0.0/8, with commas") from None


def json_object(value: str) -> dict[str, Any]:
    try:
        parsed = json.loads(value)
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict):
        raise ValueError("must be a JSON object")
    return parsed


def url(*schemes: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value and urlsplit(value).scheme not in schemes:
            raise ValueError(f"must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}")
        return value.rstrip("/") if value.startswith("http") else value

    return parse


def one_of(*words: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return value

    return parse


def variable(name: str, parse: Callable[[str], Any], default: str, meaning: str, *, is_secret: bool = False) -> Any:
    return field(metadata={"variable": Variable(name, parse, default, meaning, is_secret)})


@dataclass(frozen=True)
class Environment:
    """Every variable, parsed."""

    data: Path = variable(
        "ROADSTEAD_DATA", path, "./data", "secrets, SQLite file, blobs and logs of the embedded default"
    )
    listen: tuple[str, int] = variable("ROADSTEAD_LISTEN", listen, "127.0.0.1:8080", "host:port of the one listener")
    external_url: str = variable(
        "ROADSTEAD_EXTERNAL_URL",
        url("http", "https"),
        "",
        "what clients are told (token realm); by default the request's Host where it is listed",
    )
    hosts: tuple[str, ...] = variable(
        "ROADSTEAD_HOSTS",
        names,
        "",
        "Host names believed in requests, with commas; the listener's own names always are",
    )
    trusted_proxies: tuple[Network, ...] = variable(
        "ROADSTEAD_TRUSTED_PROXIES",
        networks,
        "",
        "addresses or networks, with commas, from which X-Forwarded-* is believed",
    )
    admin_password: str = variable(
        "ROADSTEAD_ADMIN_PASSWORD",
        text,
        "",
        "the first admin's password; by default made, printed once and kept in the data folder",
        is_secret=True,
    )
    database_url: str = variable(
        "DATABASE_URL",
        url("sqlite", "postgres", "postgresql"),
        "",
        "sqlite:///<data>/roadstead.sqlite3, or postgres://user:password@host/name",
        is_secret=True,
    )
    storage_url: str = variable(
        "STORAGE_URL", url("file", "memory"), "", "where bytes lie: file:///<data>/registry, or another folder"
    )
    redis_url: str = variable(
        "REDIS_URL",
        url("redis", "rediss", "unix"),
        "",
        "redis://host:6379/0: pages that follow a job learn of news at once; without it they look for it",
        is_secret=True,
    )
    tls_cert: str = variable("ROADSTEAD_TLS_CERT", text, "", "certificate file, to serve HTTPS directly")
    tls_key: str = variable("ROADSTEAD_TLS_KEY", text, "", "key file of that certificate")
    web_workers: int = variable(
        "ROADSTEAD_WEB_WORKERS", count_or_cores, "", "web processes; by default one a core, at most 8"
    )
    job_workers: int = variable("ROADSTEAD_JOB_WORKERS", count, "2", "processes that run jobs")
    jobs_kept: int = variable("ROADSTEAD_JOBS_KEPT", count, "1000", "how many jobs of a kind are kept that are over")
    jobs_kept_days: int = variable("ROADSTEAD_JOBS_KEPT_DAYS", count, "90", "for how many days they and their logs are")
    fast_lane: bool = variable(
        "ROADSTEAD_FAST_LANE", switch, "on", "answer plain reads before Django: on or off; the answers are the same"
    )
    stop_grace_seconds: int = variable(
        "ROADSTEAD_STOP_GRACE_SECONDS",
        count,
        "30",
        "how long running transfers and jobs may go on after a stop is asked",
    )
    log_format: str = variable(
        "ROADSTEAD_LOG_FORMAT",
        one_of("auto", "json", "human"),
        "auto",
        "json lines, human lines, or human on a terminal only",
    )
    secret_key: str = variable(
        "ROADSTEAD_SECRET_KEY", text, "", "signs sessions; by default made and kept in the data folder", is_secret=True
    )
    queue_key: str = variable(
        "ROADSTEAD_QUEUE_KEY",
        text,
        "",
        "signs queue messages; by default made and kept in the data folder",
        is_secret=True,
    )
    data_key: str = variable(
        "ROADSTEAD_DATA_KEY",
        text,
        "",
        "encrypts secrets at rest; by default made and kept in the data folder",
        is_secret=True,
    )
    audit_key: str = variable(
        "ROADSTEAD_AUDIT_KEY",
        text,
        "",
        "seals the audit log; by default made and kept in the data folder",
        is_secret=True,
    )
    ca_root: str = variable(
        "ROADSTEAD_CA_ROOT",
        text,
        "",
        "the file of the certificate that clients must trust (PEM); people may download it",
    )
    configuration: dict[str, Any] = variable(
        "CONFIG_OVERWRITE_JSON",
        json_object,
        "{}",
        "the settings of docs/configuration.md as a JSON object; with it nobody changes settings in the console",
        is_secret=True,
    )
    role: str = variable(
        "ROADSTEAD_ROLE",
        one_of("command", "web", "worker"),
        "command",
        "which process this is; set by manage.py serve for its children",
    )


VARIABLES: tuple[Variable, ...] = tuple(item.metadata["variable"] for item in fields(Environment))


def read(environ: Mapping[str, str]) -> Environment:
    """Parse all variables; a secret may also be in the file named by NAME_FILE. A bad value stops the
    start with a sentence."""
    return Environment(**{item.name: _value(item.metadata["variable"], environ) for item in fields(Environment)})


def load() -> Environment:
    return read(os.environ)


def for_child(role: str) -> dict[str, str]:
    """The environment of a process that we start: this one's, the role, and where our modules are found."""
    path = os.pathsep.join(filter(None, (str(BASE), os.environ.get("PYTHONPATH", ""))))
    return {**os.environ, "ROADSTEAD_ROLE": role, "PYTHONPATH": path}


def _value(declared: Variable, environ: Mapping[str, str]) -> Any:
    given = environ.get(declared.name) or declared.default
    if declared.is_secret and (file := environ.get(f"{declared.name}_FILE")):
        try:
            given = Path(file).read_text().strip()
        except OSError as error:
            raise BadValue(f"{declared.name}_FILE: {file} cannot be read: {error.strerror}") from None
    try:
        return declared.parse(given)
    except ValueError as error:
        shown = "its value" if declared.is_secret else f"{given!r}"
        raise BadValue(f"{declared.name}: {shown} {error}") from None
