"""The results as tables: beside the aims, and with what each figure cost and was limited by."""

import json
import os
import platform
import subprocess
from dataclasses import asdict
from pathlib import Path
from statistics import median

from bench import growth, pages
from bench.aims import AIMS, OURS, RSS_AIM_BYTES, Aim
from bench.measure import MIB
from bench.memory import Watch
from bench.processes import CORES
from bench.results import Results, Summary

FOLDER = Path(__file__).with_name("results")
Row = tuple[str, ...]


def text(results: Results) -> str:
    """The whole report in Markdown, aligned so that it reads on a terminal too."""
    parts = [
        f"# {results.title}, {results.began_at:%Y-%m-%d}",
        _machine(results),
        _table(
            ("work (2 web workers, token checked)", "aim", "× docker-registry", "range", "CPU", "reached"),
            _aims(results),
        ),
        "CPU: × what docker-registry spends on the same amount. A figure is the median of the rounds' own ratios.",
        _table(("work", "server", "figure", "CPU", "cores: server", "client", "others", "limited by"), _costs(results)),
        "\n".join(f"- failed: {failure}" for failure in results.failures),
        _table(("memory of all workers", "at the start", "a third through", "at the end", "peak"), _memory(results)),
        _table(("start", "aim", "seconds"), _starts(results)),
        grown(results.growth),
        NOTES,
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def write(results: Results, *, is_quick: bool) -> Path:
    """Two files named by the day; a quick run is kept apart, since its figures are single."""
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{results.began_at:%Y-%m-%d}{'-quick' if is_quick else ''}.md"
    path.write_text(text(results))
    path.with_suffix(".json").write_text(json.dumps(_record(results), indent=1) + "\n")
    return path


def _aims(results: Results) -> list[Row]:
    rows: list[Row] = []
    for aim in AIMS:
        if times := results.times(aim):
            shares = results.cpu_shares(aim)
            share = f"{median(shares):.2f}×" if shares else "–"
            spread = f"{min(times):.1f} – {max(times):.1f}"
            rows.append(
                (_titled(aim), _aimed(aim), f"{median(times):.2f}", spread, share, _verdict(aim, times, shares))
            )
    return [*rows, *_memory_against_aim(results)]


def _titled(aim: Aim) -> str:
    return aim.work if aim.contestant == OURS else f"{aim.work}{aim.contestant.removeprefix(OURS)}"


def _aimed(aim: Aim) -> str:
    return f"≥ {aim.times:g}" + (f" at ≤ {aim.cpu_share:g} CPU" if aim.cpu_share else "")


def _verdict(aim: Aim, times: list[float], shares: list[float]) -> str:
    missed = []
    if median(times) < aim.times:
        missed.append(f"{1 - median(times) / aim.times:.1%} below")
    if aim.cpu_share and shares and median(shares) > aim.cpu_share:
        missed.append(f"CPU {median(shares) / aim.cpu_share - 1:.0%} above")
    return ", ".join(missed) or "yes"


def _memory_against_aim(results: Results) -> list[Row]:
    rows: list[Row] = []
    for watch in results.watches:
        if watch.name == OURS:
            peak, aimed = watch.peak(), f"≤ {RSS_AIM_BYTES // MIB} MiB"
            reached = "yes" if peak <= RSS_AIM_BYTES else f"{peak / RSS_AIM_BYTES - 1:.0%} above"
            rows.append(("RSS of two workers under all of it", aimed, f"{peak / MIB:.0f} MiB", "", "", reached))
    return rows


def _costs(results: Results) -> list[Row]:
    rows = []
    for work, contestants in results.figures.items():
        for name, figures in contestants.items():
            summary = Summary.of(figures)
            cores = (f"{cores:.2f}" for cores in (summary.server, summary.client, summary.others))
            rate, cost = _in_units(summary, results.units[work])
            rows.append((work, name, rate, cost, *cores, summary.limit()))
    return sorted(rows)


def _in_units(summary: Summary, unit: str) -> tuple[str, str]:
    if unit == "MiB/s":
        return f"{summary.rate:,.0f} {unit}", f"{summary.cpu_per_unit * 1024:.2f} s/GiB"
    return f"{summary.rate:,.{0 if summary.rate > 100 else 1}f} {unit}", f"{summary.cpu_per_unit * 1000:.2f} ms/req"


def _memory(results: Results) -> list[Row]:
    def row(watch: Watch) -> Row:
        kept = (watch.samples[0], watch.after(1 / 3), watch.samples[-1])
        cells = (f"{sample.rss / MIB:.0f} MiB ({sample.anonymous / MIB:.0f} anonymous)" for sample in kept)
        return watch.name, *cells, f"{watch.peak() / MIB:.0f} MiB"

    return [row(watch) for watch in results.watches]


def _starts(results: Results) -> list[Row]:
    return [(start.title, f"≤ {start.aim_seconds:g}", f"{start.seconds:.1f}") for start in results.starts]


def grown(figures: growth.Grown) -> str:
    """How the console bears growth."""
    return "\n\n".join(part for part in (_grown_lists(figures.lists), _grown_pages(figures.pages)) if part)


def _grown_lists(figures: list[growth.Growth]) -> str:
    head = ("page of the console's API", "database", "aim", "100 artifacts", "100,000", "times", "reached")
    rows: list[Row] = [
        (
            each.page,
            each.database,
            f"≤ {growth.AIM:g}",
            f"{each.few:.1f} ms",
            f"{each.many:.1f} ms",
            f"{each.times:.2f}",
            "yes" if each.times <= growth.AIM else "no",
        )
        for each in figures
    ]
    return _table(head, rows)


def _grown_pages(figures: list[pages.PageTime]) -> str:
    head = ("page of the console, in a great registry", "database", "aim", "HTML", "size", "reached")
    rows: list[Row] = [
        (
            each.page,
            each.database,
            f"≤ {pages.AIM_MILLISECONDS} ms",
            f"{each.milliseconds:.0f} ms",
            f"{each.size / 1000:.0f} kB",
            "yes" if each.milliseconds <= pages.AIM_MILLISECONDS else "no",
        )
        for each in figures
    ]
    return _table(head, rows)


def _machine(results: Results) -> str:
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / (1 << 30)
    stock = subprocess.run(["docker-registry", "--version"], capture_output=True, text=True, check=True).stdout.split()[
        -1
    ]
    return (
        f"{CORES} cores, {memory:.0f} GiB, Linux {platform.release()}, Python {platform.python_version()}, "
        f"docker-registry {stock}, rounds: {results.rounds}, begun at {results.began_at:%H:%M} UTC. "
        f"Others on the machine took {results.noise():.2f} cores (median) while something was measured."
    )


NOTES = """\
docker-registry keeps no access log here and asks for no sign-in; Roadstead logs each request and checks its token.
Load generators (wrk, skopeo, threads on raw sockets) share the machine with the servers: their cores are in the table.
All servers keep their bytes on the same disk; what is read was read before, so it lies in the page cache."""


def _record(results: Results) -> dict[str, object]:
    return {
        "began_at": results.began_at.isoformat(),
        "rounds": results.rounds,
        "units": results.units,
        "figures": {
            work: {name: [asdict(figure) for figure in figures] for name, figures in contestants.items()}
            for work, contestants in results.figures.items()
        },
        "rss_peak_bytes": {watch.name: watch.peak() for watch in results.watches},
        "starts": [asdict(start) for start in results.starts],
        "growth": asdict(results.growth),
    }


def _table(head: Row, rows: list[Row]) -> str:
    if not rows:
        return ""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]

    def line(row: Row) -> str:
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"

    return "\n".join((line(head), f"|{'|'.join('-' * (width + 2) for width in widths)}|", *map(line, rows)))
