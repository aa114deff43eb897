"""manage.py fsck: check rows against bytes, both ways."""

import json
from argparse import ArgumentParser
from collections import defaultdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from registry.jobs import log
from registry.management.progress import Ticker
from registry.models import Blob
from registry.upkeep import fsck
from registry.upkeep.findings import Finding, Kind
from registry.upkeep.progress import Done, Tally

# Of each kind; --json lists all.
MOST_SHOWN = 20


class Command(BaseCommand):
    help = "Check what the database says against what storage has, both ways. Exits with 1 where there is damage."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json", help="print one JSON object")
        parser.add_argument("--links", action="store_true", help="compare the link files too, and write them anew")
        parser.add_argument("--usage", action="store_true", help="count anew what projects hold, for their quotas")
        parser.add_argument("--hash", action="store_true", dest="hashing", help="read every blob and check its digest")

    def handle(self, *_: Any, as_json: bool, links: bool, usage: bool, hashing: bool, **__: Any) -> None:
        try:
            tally, found = self._look(hashing=hashing, links=links, usage=usage)
        except DatabaseError as error:
            raise CommandError(f"the database cannot be used: {error}") from error
        if as_json:
            self.stdout.write(json.dumps(_as_json(tally, found), indent=2))
        else:
            self._report(tally, found)
        damages = sum(len(findings) for kind, findings in found.items() if kind.is_damage)
        if damages:
            raise CommandError(f"There is damage; findings: {damages:,}.")

    def _look(self, *, hashing: bool, links: bool, usage: bool) -> tuple[Tally, dict[Kind, list[Finding]]]:
        ticker, tally, total = Ticker(self.stderr), Tally(), Blob.objects.count()
        found: defaultdict[Kind, list[Finding]] = defaultdict(list)
        for event in fsck.look(hashing=hashing, mending_links=links, mending_usage=usage):
            if isinstance(event, Finding):
                found[event.kind].append(event)
            elif isinstance(event, Done):
                tally.add(event)
                ticker.tell(lambda: f"blobs {tally['blobs']:,} of {total:,}; {tally.told(but=('blobs',))}")
        ticker.clear()
        return tally, found

    def _report(self, tally: Tally, found: dict[Kind, list[Finding]]) -> None:
        for kind, findings in found.items():
            self.stdout.write(f"{kind.name}: {len(findings):,}. {kind.sentence}")
            for finding in findings[:MOST_SHOWN]:
                self.stdout.write(f"    {log.plain(str(finding))}")
            if len(findings) > MOST_SHOWN:
                self.stdout.write(f"    and {len(findings) - MOST_SHOWN:,} more; --json lists all")
            self.stdout.write(f"  What to do: {kind.remedy}\n")
        clean = "" if any(kind.is_damage for kind in found) else " No damage."
        self.stdout.write(f"Checked: {tally}.{clean}")


def _as_json(tally: Tally, found: dict[Kind, list[Finding]]) -> dict[str, Any]:
    return {
        "is_clean": not any(kind.is_damage for kind in found),
        "checked": tally.counts,
        "findings": [
            {
                "name": kind.name,
                "is_damage": kind.is_damage,
                "sentence": kind.sentence,
                "what_to_do": kind.remedy,
                "found": [{"subject": finding.subject, "detail": finding.detail} for finding in findings],
            }
            for kind, findings in found.items()
        ],
    }
