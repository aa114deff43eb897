"""What a piece of upkeep tells while it goes on, to a terminal or to the job that does it.

Each work is a generator of events, and between two of them it may be left and begun again later:
`Reached` says from where. What was told before that is done, and is not done twice."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Done:
    """So many more of something, and their bytes."""

    what: str
    count: int = 1
    size: int = 0


@dataclass(frozen=True)
class Reached:
    """All before this place is done."""

    place: str


@dataclass(frozen=True)
class Left:
    """Something that was left as it is, and why."""

    repository: str
    what: str
    why: str

    def __str__(self) -> str:
        return f"{': '.join(part for part in (self.repository, self.what) if part)}: {self.why}"


Event = Done | Reached | Left


class Tally:
    """What the events of a work come to."""

    def __init__(self, counts: Mapping[str, int] | None = None) -> None:
        self.counts: Counter[str] = Counter(counts or {})

    def add(self, event: Done) -> None:
        self.counts[event.what] += event.count
        self.counts["bytes"] += event.size

    def __getitem__(self, what: str) -> int:
        return self.counts[what]

    def __str__(self) -> str:
        return self.told()

    def told(self, *, but: Collection[str] = ()) -> str:
        """`repositories 3, manifests 5, 1.2 MiB`, without those that are told elsewhere."""
        rest = {what: count for what, count in self.counts.items() if count and what not in ("bytes", *but)}
        told = [f"{what} {count:,}" for what, count in rest.items()]
        return ", ".join([*told, *([human(self["bytes"])] if self["bytes"] else [])]) or "nothing"


def in_order(rooms: Mapping[str, Callable[[str], Iterator[T | Reached]]], after: str = "") -> Iterator[T | Reached]:
    """The events of one room after the other, from the place `after` on: a room's name, and the place within."""
    begun, _, within = after.partition("/")
    names = list(rooms)
    for name in names[names.index(begun) if begun in names else 0 :]:
        for event in rooms[name](within if name == begun else ""):
            yield Reached(f"{name}/{event.place}") if isinstance(event, Reached) else event


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def human(size: int) -> str:
    """`512 B`, `3.4 MiB`"""
    amount = float(size)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if amount < 1024:
            return f"{size} B" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1024
    return f"{amount:.1f} TiB"
