"""The course of a run: servers up, seeds in, rounds in random order."""

import random
import sys
from contextlib import ExitStack
from pathlib import Path

from bench import aims, contestants, databases, seeds, works
from bench.contestants import Contestant
from bench.measure import Figure
from bench.memory import Watch
from bench.results import Results
from bench.wire import UnexpectedAnswer
from bench.works import Work

ATTEMPTS = 2
CALM = 0.3  # cores


def all_works(folder: Path, stack: ExitStack, results: Results, *, only: str, is_fairness: bool) -> None:
    """Manifests first, with Roadstead in all its ways; then the rest with two servers alone on the machine."""
    sower = seeds.Sower(folder)
    stock = _started(stack, contestants.stock(folder / "stock"))
    ours = _started(stack, _rival(folder, is_fairness=is_fairness))
    if ours.password:
        seeds.make_projects(ours)
    results.watches = [stack.enter_context(Watch(each)) for each in (stock, ours)]
    if only in aims.MANIFEST:
        with ExitStack() as others:
            ways = [] if is_fairness else _other_ways(folder, others)
            entrants = [stock, ours, *ways]
            for entrant in ways:
                seeds.make_projects(entrant)
            for entrant in entrants:
                sower.sow_manifests(entrant)
            _rounds(results, works.manifests(), entrants)
    works_of_two = [work for work in _prepared(folder, sower, [stock, ours], only) if only in work.title]
    _rounds(results, works_of_two, [stock, ours])


def _rival(folder: Path, *, is_fairness: bool) -> Contestant:
    return contestants.stock(folder / "again", aims.OURS) if is_fairness else contestants.ours(folder / "ours")


def _other_ways(folder: Path, stack: ExitStack) -> list[Contestant]:
    """Roadstead without its fast lane, and on PostgreSQL; they are stopped after the manifests."""
    first, second = (stack.enter_context(databases.postgresql()) for _ in range(2))
    ours = contestants.ours
    return [
        _started(stack, ours(folder / "views", aims.OURS_VIEWS, fast_lane=False)),
        _started(stack, ours(folder / "postgresql", aims.OURS_POSTGRESQL, first)),
        _started(stack, ours(folder / "postgresql-views", aims.OURS_POSTGRESQL_VIEWS, second, fast_lane=False)),
    ]


def _prepared(folder: Path, sower: seeds.Sower, pair: list[Contestant], only: str) -> list[Work]:
    """The works, with what they need in both servers; `only` saves what nobody asked for."""
    prepared: list[Work] = []
    _say("seeding blobs, names and images")
    if any(only in title for title in aims.BLOBS):
        for contestant in pair:
            sower.sow_blobs(contestant)
        prepared += works.blobs(sower.seeds)
    if any(only in title for title in aims.LISTS):
        for contestant in pair:
            seeds.sow_crowd(contestant)
        prepared += works.lists()
    if any(only in title for title in aims.UPLOADS):
        prepared += works.uploads(folder)
    if any(only in title for title in aims.IMAGES):
        prepared += works.images(folder, pair)
    return prepared


def _rounds(results: Results, wanted: list[Work], entrants: list[Contestant]) -> None:
    for number in range(1, results.rounds + 1):
        for work in random.sample(wanted, len(wanted)):
            for entrant in random.sample(entrants, len(entrants)):
                try:
                    figure = _calm(work, entrant)
                except UnexpectedAnswer as error:
                    results.failures.append(f"{work.title}, {entrant.name}: {error}")
                    continue
                results.add(work.title, work.unit, entrant.name, figure)
                _say(f"round {number}/{results.rounds}  {work.title}: {entrant.name} {figure.rate:,.1f} {work.unit}")


def _calm(work: Work, entrant: Contestant) -> Figure:
    """Measured once more where somebody else had the machine meanwhile; chosen by their noise, not by the figure."""
    figures: list[Figure] = []
    while len(figures) < ATTEMPTS and (not figures or figures[-1].others > CALM):
        work.prepare()
        figures.append(work.run(entrant))
    return min(figures, key=lambda figure: figure.others)


def _started(stack: ExitStack, contestant: Contestant) -> Contestant:
    stack.callback(contestant.stop)
    return contestant


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
