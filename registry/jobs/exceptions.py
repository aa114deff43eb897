"""How a job that still had work to do is told to end. Kinds let these pass: run.py knows what each means."""


class Interrupted(Exception):
    """The base of them. Not a failure of the work."""


class Stopped(Interrupted):
    """Somebody asked this job to stop."""


class Drained(Interrupted):
    """This worker is going away; another goes on with the job where it was last saved."""


class MadeRoom(Interrupted):
    """Other jobs wait; this one goes on in its next turn, where it was just saved."""


class LeaseLost(Interrupted):
    """The job is no longer ours: another worker has it, or it is over. Nothing more may be written."""
