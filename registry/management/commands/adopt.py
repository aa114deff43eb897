"""manage.py adopt: take in what a stock registry wrote under STORAGE_URL."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from accounts import projects
from accounts.exceptions import Refusal
from accounts.principals import SYSTEM
from registry.jobs import enqueue, log
from registry.management.progress import Ticker
from registry.upkeep import adopt
from registry.upkeep.progress import Done, Left, Tally

# The rest of what is counted is new.
LOOKED_AT = ("blobs", "repositories")


class Command(BaseCommand):
    help = (
        "Index in place what a stock docker-registry wrote under STORAGE_URL. No blob is copied; running it again"
        " does nothing new, and goes on where it was killed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--default-project",
            default="",
            metavar="library",
            help="where repositories go whose name has one part: app becomes library/app, for all to see where library"
            " is public",
        )
        parser.add_argument("--by-job", action="store_true", help="let a worker do it, and tell the job's number")

    def handle(self, *_: Any, default_project: str, by_job: bool, **__: Any) -> None:
        if default_project and not projects.is_name(default_project):
            raise CommandError(f"{default_project!r} is not a project's name")
        try:
            if by_job:
                job = enqueue.add("adopt", {"default_project": default_project}, by=SYSTEM)
                self.stdout.write(f"Job {job.pk} takes it in.")
            else:
                self._take_in(default_project)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        except DatabaseError as error:
            raise CommandError(f"the database cannot be used: {error}") from error

    def _take_in(self, default_project: str) -> None:
        events, total = adopt.everything(default_project), adopt.count_repositories()
        ticker, tally, left = Ticker(self.stderr), Tally(), list[Left]()
        for event in events:
            if isinstance(event, Done):
                tally.add(event)
                ticker.tell(lambda: _standing(tally, total))
            elif isinstance(event, Left):
                left.append(event)
        ticker.clear()
        self._report(tally, left)

    def _report(self, tally: Tally, left: list[Left]) -> None:
        if left:
            self.stdout.write("Not taken in:")
        for each in left:
            self.stdout.write(f"  {log.plain(str(each))}")
        self.stdout.write(f"Looked at {tally['repositories']:,} repositories; taken in: {tally.told(but=LOOKED_AT)}.")
        if tally["new blobs"]:
            self.stdout.write("Bytes were trusted: manage.py fsck --hash reads them all.")


def _standing(tally: Tally, total: int) -> str:
    return f"blobs {tally['blobs']:,}, repositories {tally['repositories']:,} of {total:,}; {tally.told(but=LOOKED_AT)}"
