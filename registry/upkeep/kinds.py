"""The jobs of upkeep: its works, each with a job around it. A job that is begun again goes on where it stood."""

from collections.abc import Iterable

from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts import configuration, refusals
from accounts.identity import refresh
from accounts.models import Project
from registry.content import daily
from registry.jobs import purging
from registry.jobs.kinds import kind
from registry.jobs.step import Step
from registry.models import Blob, Repository
from registry.upkeep import adopt, fsck, links, recount, stale_uploads
from registry.upkeep.findings import Finding
from registry.upkeep.links import Mended
from registry.upkeep.progress import Done, Left, Reached, Tally

Told = Done | Reached | Left | Mended | Finding


@kind("sweep_uploads", concurrency=1, attempts=5, cron="0 17 * * * *")
def sweep_uploads(step: Step) -> None:
    """Drop the uploads that nobody has touched for a week."""
    dropped = _follow(step, stale_uploads.sweep(_place(step)))
    step.log.info(f"Dropped: {dropped}.")


@kind("recount", concurrency=1, attempts=5, cron="0 37 3 * * *")
def recount_usage(step: Step) -> None:
    """Count anew what each project holds, and forget pushes that were broken off a week ago."""
    done = _follow(step, recount.every(_place(step)), of="projects", total=Project.objects.count())
    step.log.info(f"Counted: {done}.")


@kind("refresh_people", concurrency=1, attempts=3, cron="0 23 * * * *")
def refresh_people(step: Step) -> None:
    """Look anew at the groups of everybody whom the directory knows, and at who has left it."""
    if configuration.get("auth_mode") != "ldap_auth":
        return
    for change in refresh.everybody():
        step.log.info(change)


@kind("purge_sessions", concurrency=1, attempts=5, cron="0 43 * * * *")
def purge_sessions(step: Step) -> None:
    """Drop the rows of browser sessions that have ended."""
    dropped, _ = Session.objects.filter(expire_date__lt=timezone.now()).delete()
    step.log.info(f"Dropped: {dropped} sessions.")


@kind("measure_storage", concurrency=1, attempts=5, cron="0 7 * * * *")
def measure_storage(step: Step) -> None:
    """Write down how much is stored today, so that it can be drawn over time."""
    step.log.info(f"Stored: {daily.measure()} bytes.")


@kind("rewrite_links", concurrency=1, attempts=5)
def rewrite_links(step: Step) -> None:
    """Write all link files anew from the database."""
    done = _follow(step, links.rewrite(_place(step)), of="repositories", total=Repository.objects.count())
    step.log.info(f"Compared: {done}.")


@kind("adopt", concurrency=1, attempts=5)
def adopt_storage(step: Step) -> None:
    """Take in what a stock registry wrote. Argument: default_project."""
    events = adopt.everything(step.arguments.get("default_project", ""), _place(step))
    taken = _follow(step, events, of="repositories", total=adopt.count_repositories())
    step.log.info(f"Taken in: {taken}.")


@kind("fsck", concurrency=1, attempts=5)
def check(step: Step) -> None:
    """Check rows against bytes. Arguments: hash, links, usage. Damage is told in the log; the job itself succeeds."""
    asked = {word: bool(step.arguments.get(word)) for word in ("hash", "links", "usage")}
    events = fsck.look(
        hashing=asked["hash"], mending_links=asked["links"], mending_usage=asked["usage"], after=_place(step)
    )
    checked = _follow(step, events, of="blobs", total=Blob.objects.count())
    step.log.info(f"Checked: {checked}.")


@kind("purge_jobs", concurrency=1, attempts=5, cron="0 47 * * * *")
def purge_jobs(step: Step) -> None:
    """Forget jobs that were over long ago, and of each kind the oldest of very many."""
    forgotten = 0
    while count := purging.forget_some():
        forgotten += count
        step.save(done=forgotten)
    step.log.info(f"Forgotten: {forgotten:,} jobs.")


@kind("purge_refusals", concurrency=1, attempts=5, cron="0 41 3 * * *")
def purge_refusals(step: Step) -> None:
    """Forget the refusals that are older than a month."""
    step.log.info(f"Forgotten: {refusals.purge()} refusals.")


def _place(step: Step) -> str:
    return str(step.progress.get("place", ""))


def _follow(step: Step, events: Iterable[Told], *, of: str = "", total: int | None = None) -> Tally:
    """Go through the work, save where it stands, and count; what needs reading goes to the log."""
    tally = Tally(step.progress.get("counts"))
    for event in events:
        if isinstance(event, Reached):
            step.save(progress={"place": event.place, "counts": tally.counts}, done=tally[of], total=total)
            continue
        step.check()
        if isinstance(event, Done):
            tally.add(event)
        elif isinstance(event, Finding):
            tell = step.log.error if event.kind.is_damage else step.log.info
            tell(f"{event.kind.name}: {event}. {event.kind.remedy}")
            tally.add(Done("damages" if event.kind.is_damage else "notes"))
        elif isinstance(event, Left):
            step.log.warning(str(event))
            tally.add(Done("left"))
        elif event:
            step.log.info(f"{event.repository}: {event}")
    return tally
