"""The program of one web process, started by the launcher:

    python -m registry.serving.processes.web LISTENER READY SCALES NUMBER

Descriptors that the launcher has opened: the listening socket, a pipe to say "ready" on, and the memory
in which the processes tell each other how busy they are; and which of them this one is."""

import os
import socket
import sys

import django
from django.conf import settings


def main(listener: int, ready: int, scales: int, number: int) -> None:
    django.setup()
    from registry.serving import batches, front
    from registry.serving.connections.scales import Scales
    from registry.serving.connections.server import Server, configured

    def say_ready() -> None:
        os.write(ready, b".")
        os.close(ready)

    env = settings.ENV
    seat = Scales(scales).seat(number)
    server = Server(configured(env), seat, grace_seconds=env.stop_grace_seconds, on_ready=say_ready)
    with batches.running():
        server.run([socket.socket(fileno=listener)])
    front.LOG.close()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
