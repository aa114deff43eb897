"""The queue, which carries nothing but "look at job N" and wakes a worker by it. A message may be lost, doubled or
late: the rows decide, also whose turn it is (queues.py), and the reaper writes a message for every row that waits
without one."""

import logging

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.db.transaction import atomic
from django_q.brokers.orm import ORM
from django_q.conf import Conf
from django_q.models import OrmQ
from django_q.tasks import async_task

from registry.jobs import lease
from registry.jobs.kinds import Kind
from registry.models import Job, JobQueue

# Messages are pickles, believed by their signature: it has a key of its own, which signs nothing else.
Conf.SECRET_KEY = settings.QUEUE_KEY
# Rows and their logs tell what jobs do; django-q2 would tell each message twice more.
logging.getLogger("django-q").setLevel(Conf.LOG_LEVEL)

# The most messages written at once for a kind of which any number may run.
BATCH = 100


class Broker(ORM):  # type: ignore[misc]  # django-q2 is not typed
    """The database as the queue, and which row the last message became."""

    message_id: int

    def enqueue(self, task: str) -> int:
        self.message_id = int(super().enqueue(task))
        return self.message_id


@atomic
def announce(job_id: int) -> int:
    """Ask some worker to look at the job; answers the message's row."""
    broker = Broker(list_key=Conf.CLUSTER_NAME)
    async_task("registry.jobs.run.run", job_id, task_name=f"job {job_id}", save=False, broker=broker)
    Job.objects.filter(pk=job_id).update(message_id=broker.message_id)
    return broker.message_id


@atomic
def announce_waiting(kind: Kind) -> None:
    """Ask for a look at the oldest jobs of a kind that wait without a message, as many as may begin."""
    if JobQueue.objects.filter(kind=kind.name, is_paused=True).exists():
        return
    free = lease.free_places(kind)
    unheard = lease.due().filter(~Exists(OrmQ.objects.filter(pk=OuterRef("message_id"))), kind=kind.name)
    for job_id in unheard.order_by("waiting_since", "pk").values_list("pk", flat=True)[
        : BATCH if free is None else free
    ]:
        announce(job_id)
