"""What every container engine can do; a journey that is told for one is true of each."""

from typing import Protocol

from tests.engines.registries import Registry


class Engine(Protocol):
    name: str

    def login(self, registry: Registry, password: str | None = None) -> str: ...

    def logout(self, registry: Registry) -> None: ...

    def tag(self, reference: str, other: str) -> None: ...

    def push(self, reference: str) -> None: ...

    def pull(self, reference: str) -> None:
        """Take it from the registry. What the engine has of it already it does not ask for again: see forget."""

    def run(self, reference: str, *command: str) -> str:
        """What a container of this image prints; it must be here already."""

    def forget(self) -> None:
        """Remove every image, so that the next pull brings all of it."""


class Builder(Engine, Protocol):
    """An engine that makes images too."""

    def make(self, reference: str, rootfs: bytes, *command: str) -> None:
        """An image of one layer, from a tar of its files, that runs this command."""

    def derive(self, reference: str, base: str, *command: str) -> None:
        """An image of one layer more: what this command changes in the base."""
