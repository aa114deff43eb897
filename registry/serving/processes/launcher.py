"""The launcher: starts the web and job processes, starts one anew that dies, and stops them in order.

It is a small program of its own (manage.py serve becomes it), which loads nothing of Django. Nothing outlives
it: the kernel kills its children when it is killed itself.

    python -m registry.serving.processes.launcher LISTENER [first]

with a listening socket, and whether the first admin was made just now.
"""

import ctypes
import logging
import logging.config
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from registry import env, logs
from registry.env import Environment
from registry.serving.connections import scales
from registry.serving.connections.scales import Scales
from registry.serving.processes import greeting

logger = logging.getLogger(__name__)

STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
LONGEST_BACK_OFF_SECONDS = 30.0
FIRST_BACK_OFF_SECONDS = 0.5
# A child that lived this long was well: its next end is counted as its first.
WELL_SECONDS = 60.0
# A system that has never been ready is given up after so many ends of one child.
MOST_FAILED_STARTS = 3
# What a child may take beyond the grace to end; then it is killed.
AFTER_GRACE_SECONDS = 5.0

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


@dataclass
class Child:
    """One process that is to run for as long as the launcher does."""

    name: str
    command: list[str]
    role: str
    descriptors: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    due_at: float = field(default_factory=time.monotonic)
    failures: int = 0
    on_end: Callable[[], None] = lambda: None

    def start(self) -> None:
        launcher = os.getpid()
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            env=env.for_child(self.role),
            pass_fds=self.descriptors,
            start_new_session=True,
            preexec_fn=lambda: _die_with(launcher),
        )

    def has_ended(self) -> bool:
        """Whether it has; what it has left behind in its session is then killed before its number is free again."""
        if self.process is None:
            return True
        if os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            return False
        self.signal_all(signal.SIGKILL)
        self.process.wait()
        return True

    def signal_all(self, number: int) -> None:
        """To it and to all that it has started."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def back_off(self) -> float:
        """Note that it has ended; answers after how many seconds it is started again."""
        self.on_end()
        now = time.monotonic()
        self.failures = 1 if now - self.started_at > WELL_SECONDS else self.failures + 1
        self.process = None
        seconds: float = min(FIRST_BACK_OFF_SECONDS * 2.0 ** (self.failures - 1), LONGEST_BACK_OFF_SECONDS)
        self.due_at = now + seconds
        return seconds


class Launcher:
    def __init__(
        self, children: list[Child], *, listener: int, ready: int, awaited: int, greet: Callable[[], None]
    ) -> None:
        self._children = children
        self._listener = listener
        self._awaited = awaited
        self._greet = greet
        self._is_stopping = False
        self._has_failed = False
        self._kill_at = float("inf")
        self._ready = ready
        self._selector = selectors.DefaultSelector()
        self._selector.register(ready, selectors.EVENT_READ, self._count_ready)

    def run(self, grace_seconds: float) -> int:
        """Until told to stop. Answers the exit code."""
        self._listen_to_signals(grace_seconds)
        while self._look_after_children():
            for key, _ in self._selector.select(self._next_look()):
                key.data()
        return 1 if self._has_failed else 0

    def _listen_to_signals(self, grace_seconds: float) -> None:
        received, woken = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in STOPPING:
            if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup has it
                signal.signal(number, lambda *_: None)

        def obey() -> None:
            if set(os.read(received, 4096)) & set(STOPPING):
                self._stop(grace_seconds)

        self._selector.register(received, selectors.EVENT_READ, obey)

    def _look_after_children(self) -> bool:
        """Start and note what is due. Answers whether there is anything left to look after."""
        for child in self._children:
            if child.process is not None and child.has_ended():
                self._note_end(child)
            if child.process is None and not self._is_stopping and time.monotonic() >= child.due_at:
                child.start()
        if time.monotonic() >= self._kill_at:
            self._kill_at = float("inf")
            for child in self._children:
                child.signal_all(signal.SIGKILL)
        return not self._is_stopping or any(child.process for child in self._children)

    def _note_end(self, child: Child) -> None:
        code = child.process.returncode if child.process else None
        if self._is_stopping:
            child.process = None
            return
        seconds = child.back_off()
        logger.warning("A process ended and is started again", extra={"child": child.name, "code": code})
        if self._awaited > 0 and child.failures >= MOST_FAILED_STARTS:
            logger.error("A process does not start; the lines above say why", extra={"child": child.name})
            self._has_failed = True
            self._stop(0)
        else:
            logger.info("Starting again", extra={"child": child.name, "in_seconds": seconds})

    def _stop(self, grace_seconds: float) -> None:
        """Ask all to end; asked once more, do not wait for them."""
        is_repeated = self._is_stopping
        self._is_stopping = True
        if not is_repeated:
            os.close(self._listener)  # nobody is to wait in its queue for processes that are going
        self._kill_at = time.monotonic() + (0 if is_repeated else grace_seconds + AFTER_GRACE_SECONDS)
        for child in self._children:
            if child.process is not None and not is_repeated:
                child.process.terminate()

    def _next_look(self) -> float | None:
        """Seconds until something is due even if nothing happens; None where nothing is."""
        dues = [child.due_at for child in self._children if child.process is None and not self._is_stopping]
        due = min([*dues, self._kill_at])
        return None if due == float("inf") else max(due - time.monotonic(), 0)

    def _count_ready(self) -> None:
        said = len(os.read(self._ready, 64))
        if self._awaited > 0:
            self._awaited -= said
            if self._awaited <= 0 and not self._is_stopping:
                with suppress(OSError):  # nobody may be listening
                    self._greet()


def children(environment: Environment, listener: int, ready: int) -> list[Child]:
    processes = environment.web_workers
    shared = scales.make(processes)
    weights = Scales(shared)
    descriptors = (listener, ready, shared)
    web = [sys.executable, "-m", "registry.serving.processes.web", *map(str, descriptors)]
    worker = [sys.executable, str(env.BASE / "manage.py"), "worker"]
    return [
        *(
            Child(f"web {n + 1}", [*web, str(n)], "web", descriptors, on_end=partial(weights.leave, n))
            for n in range(processes)
        ),
        Child("worker", worker, "worker"),
    ]


def main(listener: int, first: str = "") -> int:
    environment = env.load()
    logging.config.dictConfig(logs.configuration(environment.log_format))
    ready, said = os.pipe2(os.O_CLOEXEC)
    launcher = Launcher(
        children(environment, listener, said),
        listener=listener,
        ready=ready,
        awaited=environment.web_workers,
        greet=lambda: print(greeting.text(environment, os.getpid(), tells_password=bool(first)), flush=True),
    )
    return launcher.run(environment.stop_grace_seconds)


def _die_with(launcher: int) -> None:
    """In the new process: be killed when the launcher ends, which may just have happened."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != launcher:
        os._exit(1)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), *sys.argv[2:]))
