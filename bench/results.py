"""The figures of one run, and what they say when put beside each other."""

from dataclasses import dataclass, field
from datetime import datetime
from statistics import median

from bench.aims import STOCK, Aim
from bench.growth import Grown
from bench.measure import Figure
from bench.memory import Watch
from bench.processes import CORES
from bench.starts import Start


@dataclass
class Results:
    """Figures by work and contestant, one a round, in the order of the rounds."""

    title: str
    rounds: int
    began_at: datetime
    figures: dict[str, dict[str, list[Figure]]] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    watches: list[Watch] = field(default_factory=list)
    starts: list[Start] = field(default_factory=list)
    growth: Grown = field(default_factory=lambda: Grown([], []))
    failures: list[str] = field(default_factory=list)

    def add(self, work: str, unit: str, contestant: str, figure: Figure) -> None:
        self.units[work] = unit
        self.figures.setdefault(work, {}).setdefault(contestant, []).append(figure)

    def times(self, aim: Aim) -> list[float]:
        """× docker-registry's throughput, round by round: what disturbs a round disturbs both in it."""
        return [our.rate / their.rate for our, their in self._pairs(aim)]

    def cpu_shares(self, aim: Aim) -> list[float]:
        """× docker-registry's CPU for the same amount."""
        return [our.cpu_per_unit / their.cpu_per_unit for our, their in self._pairs(aim) if their.cpu_per_unit]

    def noise(self) -> float:
        """Cores that neither server nor load generator used while something was measured: the noise."""
        return median(
            figure.others
            for contestants in self.figures.values()
            for figures in contestants.values()
            for figure in figures
        )

    def _pairs(self, aim: Aim) -> list[tuple[Figure, Figure]]:
        at = self.figures.get(aim.work, {})
        return list(zip(at.get(aim.contestant, ()), at.get(STOCK, ()), strict=False))


@dataclass(frozen=True)
class Summary:
    """The medians of one contestant's figures at one work; CPU in cores kept busy."""

    rate: float
    cpu_per_unit: float
    server: float
    client: float
    others: float

    @classmethod
    def of(cls, figures: list[Figure]) -> "Summary":
        return cls(
            median(figure.rate for figure in figures),
            median(figure.cpu_per_unit for figure in figures),
            median(figure.server_cpu / figure.seconds for figure in figures),
            median(figure.client_cpu / figure.seconds for figure in figures),
            median(figure.others for figure in figures),
        )

    def limit(self) -> str:
        """What held the figure where it is, as far as the CPU times tell."""
        if self.server + self.client + self.others > 0.9 * CORES:
            most = max((self.server, "the server"), (self.client, "the client"), (self.others, "others on the machine"))
            return f"all cores busy, mostly {most[1]}"
        if self.client > 0.85:
            return "the client's one core"
        if self.server > 0.85:
            return "one core of the server"
        return "waiting: disk and turns of request and answer"
