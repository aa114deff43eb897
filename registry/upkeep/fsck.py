"""Checking rows against bytes, both ways. Nothing is changed, save link files and sums where that is asked.

It goes in batches and keeps nothing, so it may run beside pushes and pulls, however much there is."""

from collections.abc import Callable, Iterator
from functools import partial

from registry.upkeep import blob_checks, findings, links, progress, recount, row_checks
from registry.upkeep.findings import Finding, Told
from registry.upkeep.progress import Left


def look(
    *, hashing: bool = False, mending_links: bool = False, mending_usage: bool = False, after: str = ""
) -> Iterator[Told]:
    """Every finding, and between them how far it is. `hashing` reads every byte; `mending_links` compares the
    link files with the rows and writes them anew; `mending_usage` counts anew what projects hold."""
    rooms: dict[str, Callable[[str], Iterator[Told]]] = {
        "blobs": partial(blob_checks.rows, hashing=hashing),
        "files": blob_checks.files,
        "manifests": row_checks.manifests,
        **({"usage": recount.every} if mending_usage else {}),
        "references": row_checks.references,
        "uploads": row_checks.uploads,
    }
    if mending_links:
        rooms["links"] = _links
    return progress.in_order(rooms, after)


def _links(after: str) -> Iterator[Told]:
    for event in links.rewrite(after):
        if isinstance(event, Left):
            yield Finding(findings.REPOSITORY_UNKNOWN, event.repository)
        elif isinstance(event, links.Mended):
            if event:
                yield Finding(findings.LINKS_MENDED, event.repository, str(event))
        else:
            yield event
