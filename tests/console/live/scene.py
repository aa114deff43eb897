"""A registry with people in it, and jobs that say and do just what a test wants."""

import json
import time
from dataclasses import dataclass, field
from typing import Any

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from tests.engines import registries
from tests.engines.registries import Registry, RoleId
from tests.registry.oci.backstage import Backstage
from tests.server import Server

MADE = """
from datetime import timedelta
from django.utils import timezone
from accounts.models import Project, User
from registry.models import Job
made = Job.objects.create(
    kind="test chatty", state="running", worker="a test", lease_until=timezone.now() + timedelta(hours=1),
    principal=f"user:{{User.objects.get(username={by!r}).pk}}",
    project_id=Project.objects.get(name={project!r}).pk if {project!r} else None,
)
answer = made.pk
"""
WRITTEN = """
import time
from django.db.transaction import atomic
from registry.jobs import log
from registry.models import Job
with atomic():
    Job.objects.filter(pk={job}).update(**{changes!r})
    log.append({job}, [log.line("info", text) for text in {texts!r}])
    at = time.time()
answer = at
"""


@dataclass
class Scene:
    """Alice's project `alices` and Bob's `bobs` are private and have no member in common; Carol is an admin of
    Alice's, Dave a developer there."""

    server: Server
    backstage: Backstage
    admin: Registry = field(init=False)
    alice: Registry = field(init=False)
    bob: Registry = field(init=False)
    carol: Registry = field(init=False)
    dave: Registry = field(init=False)

    def __post_init__(self) -> None:
        self.admin = registries.of(self.server)
        self.alice, self.bob, self.carol, self.dave = map(self.admin.make_user, ("alice", "bob", "carol", "dave"))
        alices = self.alice.make_project("alices")
        alices.join(self.carol, RoleId.PROJECT_ADMIN)
        alices.join(self.dave, RoleId.DEVELOPER)
        self.bob.make_project("bobs")

    @property
    def origin(self) -> str:
        return self.server.url

    def make_job(self, by: str = "alice", project: str = "alices") -> int:
        """One that runs, by nobody's hand but the test's."""
        return int(self.backstage.run(MADE.format(by=by, project=project)))

    def write(self, job: int, *texts: str, **changes: Any) -> float:
        """Lines of its log, and what else becomes of it; answers when that was about to be committed."""
        return float(self.backstage.run(WRITTEN.format(job=job, texts=list(texts), changes=changes)))

    def end(self, job: int, state: str = "succeeded", error: str = "") -> None:
        self.write(job, "Done.", state=state, error=error)

    def sign_in(self, who: Registry) -> str:
        """The cookies of a browser in which they have signed in."""
        form = {"principal": who.username, "password": who.password}
        answer = httpx.post(f"{self.server.url}/c/login", data=form)
        assert answer.status_code == 200, answer.text
        return "; ".join(f"{name}={value}" for name, value in answer.cookies.items())

    def open(self, path: str, cookie: str = "", origin: str | None = "", **given: Any) -> ClientConnection:
        """A websocket as a page opens it; without an origin where that is None."""
        headers = {**given.pop("headers", {}), **({"Cookie": cookie} if cookie else {})}
        url = given.pop("url", f"ws://{self.server.host}:{self.server.port}{path}")
        given = {"compression": None, "close_timeout": 2, "proxy": None, "legacy": True, **given}
        told = None if origin is None else Origin(origin or self.origin)
        opened: ClientConnection = connect(url, origin=told, additional_headers=headers, **given)
        return opened

    def follow(self, job: int, who: Registry | None = None, *, after: int = 0) -> "Watcher":
        cookie = self.sign_in(who or self.alice)
        return Watcher(self.open(f"/ws/jobs/{job}?after={after}", cookie))


@dataclass
class Watcher:
    """A page that follows a job, and keeps what it was told."""

    socket: ClientConnection
    lines: list[tuple[int, str]] = field(default_factory=list)
    job: dict[str, Any] = field(default_factory=dict)

    def __enter__(self) -> "Watcher":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def hear(self, seconds: float = 15) -> None:
        """One message."""
        message = json_of(self.socket.recv(timeout=seconds))
        self.job = message["job"]
        self.lines += [(number, text) for number, _, _, text in message["lines"]]

    def hear_line(self, text: str, seconds: float = 15) -> float:
        """Until it is told this; when that was."""
        until = time.monotonic() + seconds
        while text not in [said for _, said in self.lines]:
            self.hear(until - time.monotonic())
        return time.time()

    def hear_all(self, seconds: float = 15) -> int:
        """Until the server ends it; the code that it ends with."""
        return closing_code(self.socket, self.hear, seconds)


def closing_code(socket: ClientConnection, hear: Any = None, seconds: float = 15) -> int:
    """Hear until the server ends it; the code that it ends with."""
    until = time.monotonic() + seconds
    hear = hear or (lambda left: socket.recv(timeout=left))
    try:
        while True:
            hear(until - time.monotonic())
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 1006


def json_of(text: str | bytes) -> Any:
    return json.loads(text)
