"""Kinds of jobs that only tests have. They tell what they do in files of the folder that they are given."""

import logging
import os
import signal
import time
from datetime import datetime
from pathlib import Path

from accounts.exceptions import NotAllowed
from accounts.identity.directory.exceptions import DirectoryUnreachable
from registry.jobs.kinds import kind
from registry.jobs.step import Step
from registry.models import Job


@kind("test copy", concurrency=None, attempts=3)
def copy(step: Step) -> None:
    """Copies items one by one; after the one that `hold` names it waits until the file `hold` is gone."""
    for number in range(step.progress.get("next", 0), step.arguments["count"]):
        tell(step, f"{number} {os.getpid()}")
        step.log.info(f"item {number}")
        step.save(progress={"next": number + 1}, done=number + 1, total=step.arguments["count"])
        while number == step.arguments.get("hold") and folder(step).joinpath("hold").exists():
            step.check()
            time.sleep(0.02)


@kind("test slow", concurrency=None, attempts=3)
def slow(step: Step) -> None:
    """Takes its time, step by step."""
    for number in range(step.progress.get("next", 0), step.arguments["count"]):
        time.sleep(step.arguments.get("seconds", 0))
        step.log.info(f"item {number}")
        step.save(progress={"next": number + 1}, done=number + 1, total=step.arguments["count"])


@kind("test deaf", attempts=3)
def deaf(step: Step) -> None:
    """Does not ask whether it should end, while the file `hold` is there."""
    tell(step, f"{step.attempt} {os.getpid()}")
    while folder(step).joinpath("hold").exists():
        time.sleep(0.02)


@kind("test deadly", attempts=2)
def deadly(step: Step) -> None:
    tell(step, f"{step.attempt} {os.getpid()}")
    os.kill(os.getpid(), signal.SIGKILL)


@kind("test crowd", concurrency=2)
def crowd(step: Step) -> None:
    tell(step, "in")
    time.sleep(0.4)
    tell(step, "out")


@kind("test failing", attempts=3)
def failing(step: Step) -> None:
    """Fails as often as it is told, and exits where told so."""
    if step.attempt <= step.arguments.get("times", 0):
        raise ValueError("the disk is full\x00")
    if step.arguments.get("exits"):
        raise SystemExit("bye")


@kind("test refused", attempts=3)
def refused(step: Step) -> None:
    """Is refused what it does: for good, or for as long as the directory is away."""
    raise NotAllowed("not you") if step.arguments.get("for_good") else DirectoryUnreachable("nobody answers")


@kind("test patient", attempts=1)
def patient(step: Step) -> None:
    """Writes nothing until it sees that its lease was renewed twice."""
    seen: set[datetime | None] = set()
    while len(seen) < 3:
        seen.add(Job.objects.get(kind="test patient").lease_until)
        time.sleep(0.02)


@kind("test chatty", attempts=1)
def chatty(step: Step) -> None:
    for number in range(step.arguments["lines"]):
        step.log.info(f"line {number}")


@kind("test library", attempts=1)
def library(step: Step) -> None:
    """Calls what logs by itself."""
    logger = logging.getLogger("some.library")
    logger.debug("nobody wants to know")
    logger.info("connected", extra={"host": "10.0.0.1"})
    try:
        raise ValueError("out of paper")
    except ValueError:
        logger.exception("printing failed")
    step.log.info("it works")


@kind("test hourly", cron="0 0 * * * *")
def hourly(step: Step) -> None:
    step.log.info("an hour has passed")


def folder(step: Step) -> Path:
    return Path(step.arguments["folder"])


def tell(step: Step, line: str) -> None:
    """One line at the end of the file `told`, whole, whoever else writes there."""
    with folder(step).joinpath("told").open("a") as file:
        file.write(f"{line}\n")
