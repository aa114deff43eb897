"""The jobs of the audit log: sealing and forwarding what is new, and purging what is old."""

from datetime import timedelta

from django.utils import timezone

from accounts.audit_log import chain, forwarding, purging
from registry.jobs.kinds import kind
from registry.jobs.step import Step
from registry.models import Job, JobState

SEAL = "seal_audit"
PURGE = "purge_audit"
# There is one of these every minute, and hardly anything to read in it.
SEALS_KEPT_FOR = timedelta(hours=1)


@kind(SEAL, concurrency=1, attempts=1, cron="0 * * * * *")
def seal(step: Step) -> None:
    """Seal what is new, then send it to the syslog server, where there is one."""
    over = Job.objects.filter(kind=SEAL, ended_at__lt=timezone.now() - SEALS_KEPT_FOR)
    over.exclude(state__in=[JobState.PENDING, JobState.RUNNING]).delete()
    step.log.info(f"Sealed: {chain.seal()}.")
    sent = 0
    try:
        while count := forwarding.send_some():
            sent += count
            step.check()
    except OSError as error:
        step.log.warning(f"The syslog server cannot be had, so records wait: {error}.")
    step.log.info(f"Forwarded: {sent}.")


@kind(PURGE, concurrency=1, attempts=5)
def purge(step: Step) -> None:
    """Take old records away. Arguments: those of purges.Wish."""
    given = step.arguments
    rule = purging.rule(given["audit_retention_hour"], given["include_event_types"], given["include_operations"])
    rows = rule.rows()
    total = rows.count()
    if given.get("dry_run"):
        step.log.info(f"A dry run: {total} records would be taken away.")
        return
    taken = 0
    while count := purging.take_some(rows):
        taken += count
        step.save(done=taken, total=total)
    step.log.info(f"Taken away: {taken} records.")
