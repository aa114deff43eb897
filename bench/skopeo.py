"""Work: whole images, by skopeo. It remembers where it saw a blob, so each run has a memory of its own."""

import json
import os
import shutil
import subprocess
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from bench.contestants import Contestant
from bench.images import Image
from bench.measure import MIB, Figure, Meter
from bench.wire import UnexpectedAnswer

REPOSITORY = "bench/skopeo"


class Skopeo:
    """One running `skopeo copy` with a home of its own, signed in where the contestant asks for it."""

    def __init__(self, at: Contestant, home: Path, source: str, target: str) -> None:
        self._home = home
        auths = {at.host: {"auth": at.basic().removeprefix("Basic ")}} if at.password else {}
        (home / "auth.json").write_text(json.dumps({"auths": auths}))
        # As root skopeo keeps its memory in /var/lib/containers/cache, unless it takes itself to be another user.
        environment = {**os.environ, "HOME": str(home), "XDG_DATA_HOME": str(home), "_CONTAINERS_ROOTLESS_UID": "1000"}
        command = ["skopeo", "copy", "--quiet", "--insecure-policy", "--authfile", str(home / "auth.json")]
        verify = ["--src-tls-verify=false", "--dest-tls-verify=false"]
        with (home / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [*command, *verify, source, target], env=environment, stdout=log, stderr=log
            )

    def wait(self) -> None:
        if self._process.wait():
            raise UnexpectedAnswer(f"skopeo: {(self._home / 'log').read_text()[-500:]}")


@dataclass
class Pushes:
    """Images nobody has seen, all at once."""

    title: str
    images: list[Image]
    unit: str = field(default="MiB/s", init=False)

    def prepare(self) -> None:
        for image in self.images:
            image.renew()

    def run(self, at: Contestant) -> Figure:
        with ExitStack() as stack:
            os.sync()  # what was written before must not be written during this
            homes = [_home(stack) for _ in self.images]
            with Meter(at) as meter:
                running = [
                    Skopeo(at, home, f"dir:{image.folder}", f"docker://{at.host}/{REPOSITORY}:{home.name}")
                    for home, image in zip(homes, self.images, strict=True)
                ]
                for skopeo in running:
                    skopeo.wait()
        for image in self.images:
            for digest in image.digests:
                at.forget(digest)
        return meter.figure(sum(image.size for image in self.images) / MIB)


@dataclass
class Pulls:
    """An image pushed once before, into a folder."""

    title: str
    image: Image
    unit: str = field(default="MiB/s", init=False)

    def prepare(self) -> None:
        pass

    def push(self, at: Contestant) -> None:
        """Before the first round."""
        with ExitStack() as stack:
            Skopeo(at, _home(stack), f"dir:{self.image.folder}", f"docker://{at.host}/{REPOSITORY}:pull").wait()

    def run(self, at: Contestant) -> Figure:
        with ExitStack() as stack:
            home = _home(stack)
            with Meter(at) as meter:
                Skopeo(at, home, f"docker://{at.host}/{REPOSITORY}:pull", f"dir:{home / 'image'}").wait()
        return meter.figure(self.image.size / MIB)


def _home(stack: ExitStack) -> Path:
    home = Path(tempfile.mkdtemp(prefix="skopeo-", dir=os.environ.get("TMPDIR")))
    stack.callback(shutil.rmtree, home)
    return home
