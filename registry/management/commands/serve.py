"""manage.py serve: prepare what must be there, then run the web and job processes until told to stop."""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connections

from registry import env
from registry.env import Environment
from registry.serving.processes import preparation


class Command(BaseCommand):
    help = "Start Roadstead: the web processes on ROADSTEAD_LISTEN, and the processes that do jobs."

    def handle(self, *_: Any, **__: Any) -> None:
        environment: Environment = settings.ENV
        preparation.check(environment)
        listener = preparation.listen(environment.listen)
        is_first = preparation.prepare(environment)
        connections.close_all()
        # The launcher takes this process over, with its number and the listener and without Django's memory.
        command = [sys.executable, "-m", "registry.serving.processes.launcher", str(listener.detach())]
        os.execve(sys.executable, [*command, "first"] if is_first else command, env.for_child("command"))  # noqa: S606
