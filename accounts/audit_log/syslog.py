"""Audit records as syslog messages (RFC 5424), and the servers that take them, over TCP or UDP."""

import re
import socket
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC

from accounts.audit_log import events
from accounts.exceptions import Invalid
from accounts.models import AuditRecord

SECONDS = 5.0
STANDARD_PORT = 514
# Facility 13 (log audit), severity 6 (informational) or 4 (warning).
SUCCEEDED, FAILED = 13 * 8 + 6, 13 * 8 + 4
FORM = re.compile(
    r"(?:(?P<scheme>udp|tcp)://)?(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?/?"
)


@dataclass(frozen=True)
class Endpoint:
    host: str
    port: int
    is_udp: bool


def endpoint(text: str) -> Endpoint:
    """From `tcp://host:514`, `udp://host` or `host:514` (TCP then, as in Harbor)."""
    found = FORM.fullmatch(text.strip())
    port = int(found["port"] or STANDARD_PORT) if found else 0
    if not found or not 0 < port < 65536:
        raise Invalid("audit_log_forward_endpoint must be a syslog server, such as tcp://logs.example.org:514")
    return Endpoint(found["host"].strip("[]"), port, found["scheme"] == "udp")


def send(messages: Iterable[str], to: Endpoint) -> None:
    """Send all of them; OSError where that fails, some may have arrived then."""
    encoded = (message.encode() for message in messages)
    if to.is_udp:
        _send_datagrams(encoded, to)
    else:
        _send_stream(encoded, to)


def message(record: AuditRecord) -> str:
    """A record: who did what as text, and every field of it as structured data."""
    priority = SUCCEEDED if record.succeeded else FAILED
    at = record.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    event = events.name(record.operation, record.resource_type)[:32]
    fields = " ".join(f'{name}="{_escaped(value)}"' for name, value in _fields(record) if value)
    said = _plain(f"{record}{'' if record.succeeded else ' (refused)'}")
    # 32473 is the number that RFC 5612 keeps for those who have none of their own.
    return f"<{priority}>1 {at} {_host()} roadstead - {event} [audit@32473 {fields}] {said}"


def _fields(record: AuditRecord) -> Iterator[tuple[str, str]]:
    yield "id", str(record.pk)
    yield "sequence", str(record.sequence or "")
    yield "seal", record.seal
    yield "principal", record.principal
    yield "via", record.via
    yield "operation", record.operation
    yield "resource_type", record.resource_type
    yield "resource", record.resource
    yield "project_id", str(record.project_id or "")
    yield "result", "success" if record.succeeded else "failure"
    yield "description", record.description
    yield "client", record.client_address
    yield "user_agent", record.user_agent
    yield "request_id", record.request_id


def _send_datagrams(messages: Iterable[bytes], to: Endpoint) -> None:
    family, kind, _, _, address = socket.getaddrinfo(to.host, to.port, type=socket.SOCK_DGRAM)[0]
    with closing(socket.socket(family, kind)) as sender:
        for each in messages:
            sender.sendto(each, address)


def _send_stream(messages: Iterable[bytes], to: Endpoint) -> None:
    """One connection, a line each. It counts as sent when the server has closed its side, or has at least
    not broken the connection."""
    with closing(socket.create_connection((to.host, to.port), timeout=SECONDS)) as connection:
        connection.sendall(b"".join(each + b"\n" for each in messages))
        connection.shutdown(socket.SHUT_WR)
        with suppress(TimeoutError):
            while connection.recv(4096):
                pass


def _host() -> str:
    return re.sub("[^!-~]", "-", socket.gethostname())[:255] or "-"


def _escaped(value: str) -> str:
    return re.sub(r'(["\\\]])', r"\\\1", _plain(value))


def _plain(text: str) -> str:
    """On one line: a message ends with it."""
    return "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in text)
