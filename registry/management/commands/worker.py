"""manage.py worker: do jobs until told to stop."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from registry.jobs import schedule
from registry.jobs.cluster import Cluster, WorkerDied

# Left of the grace for what follows the last job: whoever started us kills us at its end.
RESERVE = 0.2


class Command(BaseCommand):
    help = "Do jobs until told to stop by SIGTERM or SIGINT to this process; running jobs are then handed over."
    requires_system_checks: list[str] = []  # `serve` has made them; a worker needs neither URLs nor views

    def handle(self, *_: Any, **__: Any) -> None:
        try:
            schedule.ensure_declared()
        except DatabaseError as error:
            raise CommandError(f"the database cannot be used: {error}") from error
        worker = Cluster()
        try:
            worker.start()
            worker.watch()
        except WorkerDied as death:
            raise CommandError("the processes that do jobs ended by themselves") from death
        worker.stop(settings.ENV.stop_grace_seconds * (1 - RESERVE))
