"""The works: what is measured, with what."""

from pathlib import Path
from typing import Protocol

from bench import aims, seeds
from bench.bodies import Body
from bench.contestants import Contestant
from bench.images import Image
from bench.measure import MIB, Figure
from bench.reading import BlobReads, Lists, ManifestReads
from bench.skopeo import Pulls, Pushes
from bench.uploading import Uploads, patch_then_put, put_whole

BODY_SIZE = 256 * MIB


class Work(Protocol):
    title: str

    @property
    def unit(self) -> str: ...

    def prepare(self) -> None:
        """Before each run: what is sent must be new to the registry."""

    def run(self, at: Contestant) -> Figure: ...


def blobs(stored: seeds.Seeds) -> list[Work]:
    return [
        BlobReads(aims.BLOB_SMALL, stored.small, 8),
        BlobReads(aims.BLOB_BIG, stored.big, 1),
        BlobReads(aims.BLOB_BIG_FOUR, stored.big, 4),
        BlobReads(aims.RANGES, stored.big, 4, range_size=MIB),
    ]


def lists() -> list[Work]:
    return [
        Lists(
            aims.CATALOG,
            f"/v2/_catalog?n=100&last={seeds.repository_name(seeds.CROWD - 101)}",
            "registry:catalog:*",
            seeds.repository_name(seeds.CROWD - 1),
        ),
        Lists(aims.TAGS, "/v2/bench/tags/tags/list?n=100", "repository:bench/tags:pull", seeds.tag_name(99)),
    ]


def uploads(folder: Path) -> list[Work]:
    plain = Body(folder / "plain", BODY_SIZE)
    chunked = [Body(folder / f"chunked-{number}", BODY_SIZE, chunked=True) for number in range(4)]
    return [
        Uploads(aims.UPLOAD_PUT, [plain], put_whole),
        Uploads(aims.UPLOAD_PATCH, [plain], patch_then_put),
        Uploads(aims.UPLOAD_CHUNKED, chunked[:1], patch_then_put),
        Uploads(aims.UPLOAD_FOUR, chunked, patch_then_put),
    ]


def images(folder: Path, contestants: list[Contestant]) -> list[Work]:
    """The image to pull is pushed here."""
    pull = Pulls(aims.PULL, Image(folder / "pulled"))
    for contestant in contestants:
        pull.push(contestant)
    pushed = [Image(folder / f"pushed-{number}") for number in range(3)]
    return [Pushes(aims.PUSH, pushed[:1]), Pushes(aims.PUSH_THREE, pushed), pull]


def manifests() -> list[Work]:
    return [ManifestReads(aims.MANIFEST)]
