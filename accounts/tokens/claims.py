"""What a registry token says, read with suspicion."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from accounts.exceptions import TokenRefused
from accounts.principals import Access

ISSUER = "roadstead"
SERVICE = "harbor-registry"
LEEWAY_SECONDS = 60


BEARERS = frozenset({"anonymous", "user", "robot", "access_token"})


class Bearer(NamedTuple):
    """Whose token it is: a row of users, of robots, or of personal access tokens (and so of their users)."""

    kind: str
    id: int | None


@dataclass(frozen=True)
class Claims:
    """What a genuine token says. Its bearer may have changed since: that is for sign_in and the roles to judge.

    `version` is the authorization version of the user or robot that it was granted under."""

    bearer: Bearer
    name: str
    version: int
    access: tuple[Access, ...]
    expires_at: float
    _by_action: dict[tuple[str, str], Access] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        entries = [entry for entry in self.access if entry.type == "repository"]
        object.__setattr__(
            self, "_by_action", {(entry.name, action): entry for entry in entries for action in entry.actions}
        )

    def carries(self, name: str, action: str) -> Access | None:
        """The access to this repository that has this action ("pull", "push", "delete"), if any."""
        return self._by_action.get((name, action))


def entry_as_json(access: Access) -> dict[str, Any]:
    return {
        "type": access.type,
        "name": access.name,
        "actions": sorted(access.actions),
        "pid": access.project_id,
        "pv": access.project_version,
        **({"tags": True} if access.is_tag_narrowed else {}),
    }


def read(payload: object, *, now: float, longest_seconds: int) -> Claims:
    """The claims, if each is there, of its type and true; TokenRefused otherwise. Does not ask whether it expired."""
    if not isinstance(payload, dict):
        raise TokenRefused("the token's payload is no object")
    if payload.get("iss") != ISSUER or payload.get("aud") != SERVICE:
        raise TokenRefused("the token is not from here, or not for here")
    issued, not_before, expires = (_whole_number(payload, claim) for claim in ("iat", "nbf", "exp"))
    if max(issued, not_before) > now + LEEWAY_SECONDS:
        raise TokenRefused("the token is from the future; compare the clocks")
    if expires - issued > longest_seconds + LEEWAY_SECONDS:
        raise TokenRefused("the token lives longer than tokens may")
    _text(payload, "jti")
    return Claims(
        bearer=_bearer(payload),
        name=_text(payload, "sub"),
        version=_whole_number(payload, "ver"),
        access=_entries(payload.get("access")),
        expires_at=float(expires),
    )


def _entries(value: object) -> tuple[Access, ...]:
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise TokenRefused("the token's access is no list of entries")
    return tuple(_entry(entry) for entry in value)


def _entry(value: Mapping[str, object]) -> Access:
    actions = value.get("actions")
    if not isinstance(actions, list) or not all(isinstance(action, str) for action in actions):
        raise TokenRefused("the token's actions are no list of words")
    project_id, version = (None if value.get(key) is None else _whole_number(value, key) for key in ("pid", "pv"))
    return Access(
        _text(value, "type"),
        _text(value, "name"),
        frozenset(actions),
        project_id,
        version,
        is_tag_narrowed="tags" in value,
    )


def _bearer(payload: Mapping[str, object]) -> Bearer:
    kind = _text(payload, "kind")
    if kind not in BEARERS:
        raise TokenRefused("the token's bearer is nobody that we know")
    return Bearer(kind, None if kind == "anonymous" else _whole_number(payload, "id"))


def _whole_number(values: Mapping[str, object], claim: str) -> int:
    number = values.get(claim)
    # True is an int to Python, and a number of more than ten digits no time and no id of ours.
    if type(number) is not int or not 0 <= number < 10**12:
        raise TokenRefused(f"the token's {claim} is missing or no whole number")
    return number


def _text(values: Mapping[str, object], claim: str) -> str:
    text = values.get(claim)
    if not isinstance(text, str):
        raise TokenRefused(f"the token's {claim} is missing or no text")
    return text
