"""A hundred artifacts in one project and a hundred thousand in another, as rows, for bench/growth.py."""

import os
import random
from collections.abc import Iterator
from datetime import timedelta

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "registry.settings"
django.setup()

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Project  # noqa: E402
from bench.growth import SIZES  # noqa: E402
from registry.models import Artifact, Blob, Manifest, Repository, Tag  # noqa: E402

AT_ONCE = 1000
TYPE = "application/vnd.oci.image.manifest.v1+json"
CONFIG_TYPE = "application/vnd.oci.image.config.v1+json"
DETAILS = {"architecture": "amd64", "os": "linux", "author": "bench", "created": "2026-01-01T00:00:00Z", "config": {}}


def fill(name: str, count: int) -> None:
    """All in one repository, each with a tag, pushed in no order of its number."""
    project = Project.objects.create(name=name)
    repository = Repository.objects.create(
        project=project, name=f"{name}/app", artifact_count=count, tagged_count=count
    )
    blob, _ = Blob.objects.get_or_create(digest=_digest("blob", 0), defaults={"size": 1})
    rows = (
        Manifest(
            blob=blob,
            digest=_digest(name, number),
            media_type=TYPE,
            payload=b"{}",
            size=2,
            artifact_type=CONFIG_TYPE,
            config_media_type=CONFIG_TYPE,
            kind="IMAGE",
            total_size=random.randrange(1 << 30),
            details=DETAILS,
        )
        for number in range(count)
    )
    manifests = Manifest.objects.bulk_create(rows, batch_size=AT_ONCE)
    artifacts = Artifact.objects.bulk_create(_standing(repository, manifests), batch_size=AT_ONCE)
    now = timezone.now()
    Tag.objects.bulk_create(
        (Tag(repository=repository, name=f"v{each.pk}", artifact=each, moved_at=now) for each in artifacts),
        batch_size=AT_ONCE,
    )


def _standing(repository: Repository, manifests: list[Manifest]) -> Iterator[Artifact]:
    now = timezone.now()
    for each in manifests:
        yield Artifact(
            project=repository.project,
            repository=repository,
            manifest=each,
            digest=each.digest,
            pushed_at=now - timedelta(seconds=random.randrange(10**7)),
            pushed_by="bench",
            is_tagged=True,
            kind=each.kind,
            size=each.total_size,
        )


def settle() -> None:
    """What autovacuum does while a registry grows, and has had no time to do here."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def _digest(name: str, number: int) -> str:
    return f"sha256:{name.encode().hex()[-24:]:>024}{number:040x}"


if __name__ == "__main__":
    for name, count in SIZES.items():
        fill(name, count)
    settle()
