"""The layers of an artifact, each with the step of its history that made it, as an image's config tells.

Manifest and config are what people push. Where the two do not fit each other, nothing is made up: the layers are
told without their steps."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from typing import Any

from registry.content import additions, documents, runtimes
from registry.content.documents import Descriptor
from registry.models import Artifact

MOST = 1000
LONGEST_TEXT = 4096
TITLE = "org.opencontainers.image.title"
# How builders write what a line of a Dockerfile runs; the mark is for lines that run nothing.
SHELLS = ("/bin/sh -c", "/bin/bash -c", "/bin/bash -o pipefail -c", "cmd /S /C")
NOTHING_RUN = "#(nop)"
BUILDKIT = "# buildkit"
# What BuildKit says of each of its steps tells nobody anything.
IDLE_COMMENTS = {"buildkit.dockerfile.v0"}


@dataclass(frozen=True)
class Layer:
    """`title` is the name of the file that it is, where the manifest gives one."""

    number: int
    digest: str
    media_type: str
    size: int
    is_elsewhere: bool
    title: str = ""


@dataclass(frozen=True)
class Step:
    """A line of the Dockerfile, as a person would write it, and the layer that it made. `says` is empty where the
    history tells nothing."""

    layer: Layer | None
    says: str = ""
    comment: str = ""
    created_at: datetime | None = None


@dataclass(frozen=True)
class Build:
    """`unmatched` is the history where it does not tell of as many layers as there are. `layer_count` and `size`
    count all layers, of which the steps have the first thousand."""

    steps: tuple[Step, ...]
    unmatched: tuple[Step, ...]
    layer_count: int
    size: int


def of(artifact: Artifact, config: dict[str, Any]) -> Build:
    payload = bytes(artifact.manifest.payload)
    document = documents.parse(payload, artifact.manifest.media_type)
    layers = [*_layers(document.layers, _titles(payload))]
    history = [*_history(config)]
    fits = bool(history) and sum(step.layer is not None for step in history) == len(document.layers)
    steps = _matched(history, layers) if fits else (Step(layer) for layer in layers)
    sizes = {layer.digest: layer.size for layer in document.layers}
    return Build(tuple(steps), () if fits else tuple(history), len(document.layers), sum(sizes.values()))


def instruction(created_by: str) -> str:
    """The line of a Dockerfile that a builder has written down: RUN apk add git."""
    text = created_by.strip().removesuffix(BUILDKIT).rstrip()
    rest = text.removeprefix("RUN ").lstrip()
    if rest.startswith("|"):  # build arguments come before the shell
        starts = [at for shell in SHELLS if (at := rest.find(f" {shell} ")) >= 0]
        rest = rest[min(starts) :].lstrip() if starts else rest
    shell = next((shell for shell in SHELLS if rest.startswith(shell)), None)
    command = rest if shell is None else rest.removeprefix(shell).strip()
    if shell and not command.startswith(NOTHING_RUN):
        command = f"RUN {command}"
    elif shell is None and text.startswith("RUN "):
        command = f"RUN {rest}"
    return re.sub(r"[ \t]+", " ", command.removeprefix(NOTHING_RUN).strip())


def _layers(descriptors: Sequence[Descriptor], titles: list[str]) -> Iterator[Layer]:
    for number, each in enumerate(descriptors[:MOST], start=1):
        yield Layer(number, each.digest, each.media_type, each.size, each.is_elsewhere, titles[number - 1])


def _titles(payload: bytes) -> list[str]:
    described = json.loads(payload).get("layers") or ()
    annotations = [each.get("annotations") for each in described[:MOST]]
    given = [each.get(TITLE) if isinstance(each, dict) else None for each in annotations]
    return [title[:LONGEST_TEXT] if isinstance(title, str) else "" for title in given]


_TO_COME = Layer(0, "", "", 0, is_elsewhere=False)


def _history(config: dict[str, Any]) -> Iterator[Step]:
    """The steps, each with or without a layer that is to be found yet."""
    listed = config.get("history")
    for each in listed[: additions.LONGEST_HISTORY] if isinstance(listed, list) else ():
        if isinstance(each, dict):
            written = _text(each.get("created_by"))
            layer = None if each.get("empty_layer") is True else _TO_COME
            created_at = runtimes.moment(each.get("created"))
            comment = _text(each.get("comment"))
            yield Step(layer, instruction(written), "" if comment in IDLE_COMMENTS else comment, created_at)


def _matched(history: list[Step], layers: list[Layer]) -> Iterator[Step]:
    place = count()
    for step in history:
        layer = layers[next(place)] if step.layer else None
        yield replace(step, layer=layer)


def _text(value: object) -> str:
    return value[:LONGEST_TEXT] if isinstance(value, str) else ""
