"""The app that sets the fault into a starting process."""

import importlib
import os
import signal
from functools import wraps
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings


class FaultsConfig(AppConfig):
    name = "tests.faults"

    def ready(self) -> None:
        if settings.ENV.role != "web":
            return
        module, function, when = os.environ["TESTS_FAULT"].split(":")
        *outer, name = function.split(".")
        holder: Any = importlib.import_module(module)
        for part in outer:
            holder = getattr(holder, part)
        setattr(holder, name, deadly(getattr(holder, name), when, settings.DATA / "fault-armed"))


def deadly(work: Any, when: str, armed: Path) -> Any:
    """The same, but whoever comes by while it is armed takes the fuse out and dies as by SIGKILL."""

    def perhaps_die() -> None:
        try:
            armed.unlink()
        except FileNotFoundError:
            return
        os.kill(os.getpid(), signal.SIGKILL)

    @wraps(work)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if when == "before":
            perhaps_die()
        result = work(*args, **kwargs)
        if when == "after":
            perhaps_die()
        return result

    return wrapped
