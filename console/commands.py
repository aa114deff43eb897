"""The commands by which clients pull an artifact or sign it, ready to copy."""

from dataclasses import dataclass

from registry.models import Artifact

# What takes which kind of artifact; oras takes any.
ENGINES = ("docker", "podman")


@dataclass(frozen=True)
class Command:
    tool: str
    text: str


def pull(artifact: Artifact, reference: str, *, host: str) -> list[Command]:
    """By a tag or a digest, with each tool that knows what to do with it."""
    name = f"{host}/{artifact.repository.name}"
    address = f"{name}@{reference}" if ":" in reference else f"{name}:{reference}"
    if artifact.kind == "CHART":
        return [Command("helm", _helm(name, reference))]
    if artifact.kind == "IMAGE":
        return [Command(tool, f"{tool} pull {address}") for tool in ENGINES]
    return [Command("oras", f"oras pull {address}")]


def sign(artifact: Artifact, *, host: str) -> str:
    return f"cosign sign {host}/{artifact.repository.name}@{artifact.digest}"


def _helm(name: str, reference: str) -> str:
    """Tags know no `+`, so helm writes `_` for it."""
    if ":" in reference:
        return f"helm pull oci://{name}@{reference}"
    return f"helm pull oci://{name} --version {reference.replace('_', '+')}"
