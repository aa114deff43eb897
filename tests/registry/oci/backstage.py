"""What an admin does to a running server at its own machine: Python on its data, in a process beside it."""

import json
import subprocess
import sys
from typing import Any

from tests.server import ROOT, Server

PROGRAM = """
import json, sys, traceback
import django
django.setup()
from accounts.principals import SYSTEM
for line in sys.stdin:
    names = {"SYSTEM": SYSTEM}
    try:
        exec(json.loads(line), names)
        said = {"answer": names.get("answer")}
    except Exception:
        said = {"error": traceback.format_exc()}
    print(json.dumps(said), flush=True)
"""


class Backstage:
    """It starts at its first use, and is quick from then on."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._process: subprocess.Popen[str] | None = None

    def run(self, program: str) -> Any:
        """Run it; what it leaves in `answer` comes back."""
        if self._process is None:
            self._process = self._start()
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(program) + "\n")
        self._process.stdin.flush()
        said = json.loads(self._process.stdout.readline())
        assert "error" not in said, said["error"]
        return said["answer"]

    def stop(self) -> None:
        if self._process is not None:
            self._process.communicate(timeout=30)

    def _start(self) -> subprocess.Popen[str]:
        environ = {"DJANGO_SETTINGS_MODULE": "registry.settings"} | self._server.environ
        command = [sys.executable, "-c", PROGRAM]
        return subprocess.Popen(
            command, env=environ, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
