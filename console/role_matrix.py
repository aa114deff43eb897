"""The matrix action × role as people read it: a group for each resource, a line for each action, a column for each
role that is compared, and perhaps a first one for the role that is looked at or being made."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from accounts import policy
from accounts.models import BuiltIn, Role
from console import role_words


@dataclass(frozen=True)
class Line:
    """An action: whether each compared role allows it, and whether it is chosen for the one in question."""

    action: str
    letter: str
    says: str
    allowed: tuple[bool, ...]
    is_chosen: bool

    @property
    def key(self) -> str:
        """As the number of an element."""
        return self.action.replace(":", "-")


@dataclass(frozen=True)
class Group:
    """A resource, with the actions on it."""

    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Matrix:
    roles: tuple[Role, ...]
    groups: tuple[Group, ...]
    is_about_one: bool

    @property
    def width(self) -> int:
        """How many columns there are: the action and its letter, and a column for each role."""
        return 2 + len(self.roles) + self.is_about_one


def of(compared: Sequence[Role], chosen: Collection[str] | None = None) -> Matrix:
    """`chosen` are the actions of the one role that it is about, if it is about one."""
    allowed = [policy.actions_of(role) for role in compared]
    groups = [
        Group(str(name), tuple(_line(action, allowed, chosen or ()) for action in _actions_on(resource)))
        for resource, name in role_words.RESOURCES.items()
    ]
    return Matrix(tuple(compared), tuple(groups), chosen is not None)


def built_in(*, but: Role | None = None) -> list[Role]:
    """Harbor's five, the one that may most first."""
    found = Role.objects.in_bulk([*BuiltIn.values])
    return [found[number] for number in policy.ORDER if but is None or number != but.pk]


def _actions_on(resource: str) -> list[str]:
    return [action for action in policy.POLICY if action.partition(":")[0] == resource]


def _line(action: str, allowed: Sequence[Collection[str]], chosen: Collection[str]) -> Line:
    letter, _roles = policy.POLICY[action]
    cells = tuple(action in actions for actions in allowed)
    return Line(action, letter, role_words.phrase_of(action), cells, action in chosen)
