"""The layers of an artifact: how large each is, what made it, and who else has it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.http import HttpResponse

from accounts import projects
from console.pages.artifact import head as heads
from console.pages.base import PageRequest, public_page, render
from registry.content import configs, layers, sharing
from registry.content.layers import Step
from registry.content.sharing import Sharing

# The bar is drawn in so many parts, of which each layer has a few at least, so that none is invisible.
WIDTH, NARROWEST, GAP = 10_000, 30, 12
MOST_SLICES = 200


@dataclass(frozen=True)
class Row:
    """`state`: whom the layer belongs to: "own", "here" (other artifacts of the repository too) or "elsewhere"."""

    step: Step
    sharing: Sharing

    @property
    def state(self) -> str:
        if self.sharing.names:
            return "elsewhere"
        return "here" if self.sharing.is_here else "own"


@dataclass(frozen=True)
class Slice:
    row: Row
    x: int
    width: int


@dataclass(frozen=True)
class Bar:
    slices: Sequence[Slice]
    width: int


@public_page
def show(request: PageRequest, name: str, digest: str) -> HttpResponse:
    head = heads.admit(request, "layers", name, digest)
    config = configs.find(head.artifact.manifest)
    build = layers.of(head.artifact, config.fields if config else {})
    held = [step.layer.digest for step in build.steps if step.layer]
    shared = sharing.of(head.artifact, held, by=request.principal)
    rows = [Row(step, shared[step.layer.digest] if step.layer else Sharing()) for step in build.steps]
    told = {
        "head": head,
        "build": build,
        "rows": rows,
        "bar": _bar([row for row in rows if row.step.layer]),
        "sums": _sums(rows),
        "left_out": build.layer_count - len(held),
        "sees_all": projects.sees_all(request.principal),
    }
    return render(request, "artifact/layers.html", told)


def _bar(rows: list[Row]) -> Bar:
    """The largest layers, in their order."""
    sizes = sorted((_size(row) for row in rows), reverse=True)
    smallest = sizes[MOST_SLICES - 1] if len(sizes) > MOST_SLICES else 0
    shown = [row for row in rows if _size(row) >= smallest][:MOST_SLICES]
    slices = list(_slices(shown, sum(_size(row) for row in shown)))
    return Bar(slices, slices[-1].x + slices[-1].width if slices else 0)


def _slices(rows: list[Row], total: int) -> Iterator[Slice]:
    x = 0
    for row in rows:
        width = max(NARROWEST, WIDTH * _size(row) // total if total else 0)
        yield Slice(row, x, width)
        x += width + GAP


def _sums(rows: list[Row]) -> list[tuple[str, int]]:
    """The bytes of each state, every layer once."""
    once = {row.step.layer.digest: row for row in rows if row.step.layer}
    states = ("own", "here", "elsewhere")
    return [(state, sum(_size(row) for row in once.values() if row.state == state)) for state in states]


def _size(row: Row) -> int:
    return row.step.layer.size if row.step.layer else 0
