"""All operations of Harbor's API, by the addresses that they have: what its clients may ask for, built here or not.

One line of harbor-operations.txt is a method, a path, Harbor's name for the operation, the parameters that its query
may have (- for none), and the group that it belongs to."""

import re
from dataclasses import dataclass
from pathlib import Path

BASE = "api/v2.0"
FILE = Path(__file__).with_name("harbor-operations.txt")
# What each group of operations is about, where a client asks for one that is not built.
SUBJECTS = {
    "artifact": "that part of an artifact",
    "gc": "garbage collection on demand",
    "immutable": "immutable tags",
    "oidc": "sign-in by OpenID Connect",
    "preheat": "preheating",
    "project": "that part of a project",
    "purge": "purging the audit log",
    "registry": "registry endpoints",
    "replication": "replication",
    "Retention": "tag retention",
    "scan": "scanning",
    "scan data export": "exporting what scans have found",
    "scanAll": "scanning",
    "scanner": "scanning",
    "securityhub": "the security hub",
    "SystemCVEAllowlist": "the list of allowed vulnerabilities",
    "systeminfo": "that part of the system's state",
    "user": "that part of an account",
    "webhook": "webhooks",
    "webhookjob": "webhooks",
}


@dataclass(frozen=True)
class Operation:
    """One operation; its address has <> for what stands open."""

    method: str
    address: str
    name: str
    query: tuple[str, ...]
    group: str

    @property
    def sentence(self) -> str:
        """What a client is told that asks for it in vain."""
        return f"{SUBJECTS.get(self.group, self.group)} is not part of this registry yet ({self.name})"


def bare(template: str) -> str:
    """An address without the names of what stands open in it: Harbor and we call the same thing differently."""
    return re.sub("<[^>]+>|{[^}]+}", "<>", template)


def find(method: str, template: str) -> Operation | None:
    return OPERATIONS.get((method, bare(template)))


def _read() -> dict[tuple[str, str], Operation]:
    found = {}
    for line in FILE.read_text().splitlines():
        method, path, name, query, group = line.split(maxsplit=4)
        asked = () if query == "-" else tuple(query.split(","))
        operation = Operation(method, f"{BASE}{bare(path).rstrip('/')}", name, asked, group)
        found[method, operation.address] = operation
    return found


OPERATIONS = _read()
