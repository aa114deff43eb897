"""What a worker does with a message: it takes the job, does its work, and writes how that ended.

The only place that catches every exception: whatever a kind's work raises is this attempt's end, not
the worker's."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.transaction import atomic

from accounts.exceptions import NotAllowed, ProjectUnknown
from registry.exceptions import AskerGone, PartLeft
from registry.jobs import drain, echo, lease, messages, queues
from registry.jobs.exceptions import Drained, LeaseLost, MadeRoom, Stopped
from registry.jobs.lease import Lease
from registry.jobs.log import Log, plain
from registry.jobs.step import Step
from registry.models import JobState

logger = logging.getLogger(__name__)

# Done again, it would be refused again. Whatever else fails, such as a directory that is away, may do better later.
FINAL = (AskerGone, PartLeft, NotAllowed, ProjectUnknown)


def run(job_id: int) -> None:
    """Do the job whose turn it is, which need not be the one that the message speaks of. Where it is nobody's, nothing
    happens."""
    if drain.asked():
        messages.announce(job_id)
        return
    held = queues.take(job_id)
    if held is None:
        return
    step = Step(held)
    try:
        with _beating(held, step.log):
            _work(held, step)
    except LeaseLost:
        logger.warning("a job was taken from this worker", extra=_about(held))
    queues.end_turn(held)
    if held.kind.concurrency is not None:
        messages.announce_waiting(held.kind)


def _work(held: Lease, step: Step) -> None:
    step.log.info(f"Attempt {held.job.attempts} of {held.kind.attempts}, by {held.job.worker}.")
    try:
        with echo.into(step.log):
            held.kind.work(step)
    except LeaseLost:
        raise
    except Stopped:
        step.log.warning("Stopped.")
        step.log.write(partial(lease.end, held, JobState.STOPPED))
    except Drained:
        step.log.info("This worker is going away; another goes on from here.")
        step.log.write(partial(_hand_over, held))
    except MadeRoom:
        step.log.info("Others wait; this goes on from here in its next turn.")
        step.log.write(partial(_hand_over, held))
    except FINAL as refusal:
        step.log.error(str(refusal))
        step.log.write(partial(lease.end, held, JobState.FAILED, plain(str(refusal))))
    except (Exception, SystemExit) as error:
        _fail(held, step.log, error)
    else:
        step.log.info("Done.")
        step.log.write(partial(lease.end, held, JobState.SUCCEEDED))
        logger.info("a job is done", extra=_about(held))


def _hand_over(held: Lease) -> None:
    with atomic():
        lease.give_back(held, counts=False)
        messages.announce(held.job.pk)


def _fail(held: Lease, log: Log, error: BaseException) -> None:
    logger.error("an attempt at a job failed", exc_info=error, extra=_about(held))
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()  # if it is what failed, a new one may do
    said = plain(f"{type(error).__name__}: {error}")
    log.error(said)
    if held.job.attempts >= held.kind.attempts:
        log.error("No attempt is left.")
        log.write(partial(lease.end, held, JobState.FAILED, said))
        return
    again_at = lease.next_attempt_at(held.job.attempts)
    log.warning(f"Next attempt after {again_at:%Y-%m-%d %H:%M:%S} UTC.")
    log.write(partial(lease.give_back, held, error=said, not_before=again_at))


@contextmanager
def _beating(held: Lease, log: Log) -> Iterator[None]:
    """Renew the lease and write log lines beside the work, until it is over."""
    over = threading.Event()
    heart = threading.Thread(target=_beat, args=(held, log, over), name=f"heart of {held.job}", daemon=True)
    heart.start()
    try:
        yield
    finally:
        over.set()
        heart.join()


def _beat(held: Lease, log: Log, over: threading.Event) -> None:
    try:
        while not over.wait(min(settings.JOB_FLUSH_SECONDS, settings.JOB_LEASE_SECONDS / 8)):
            try:
                if log.is_waiting or held.age_seconds > settings.JOB_LEASE_SECONDS / 4:
                    log.write()
            except LeaseLost:
                return  # the work learns it at its next step
            except DatabaseError:
                logger.warning("a job's lease could not be renewed; trying again", exc_info=True, extra=_about(held))
                connection.close()
    finally:
        connection.close()


def _about(held: Lease) -> dict[str, object]:
    return {"job": held.job.pk, "kind": held.kind.name, "attempt": held.job.attempts, "by": held.job.principal}
