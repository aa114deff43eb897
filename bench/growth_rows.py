"""A hundred artifacts in one project and a hundred thousand in another, ten thousand projects and a million audit
records, as rows, for bench/growth.py and bench/pages.py."""

import os
import random
from collections.abc import Iterator
from datetime import timedelta

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "registry.settings"
django.setup()

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import AuditRecord, Project  # noqa: E402
from bench.growth import SIZES  # noqa: E402
from registry.models import Artifact, Blob, Manifest, Repository, Tag  # noqa: E402

AT_ONCE = 1000
PROJECTS = 10_000
RECORDS = 1_000_000
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


def crowd() -> None:
    """Other projects, and what a registry of that size has seen in a few months; sealed, as it would be by then."""
    Project.objects.bulk_create((Project(name=f"project-{number}") for number in range(PROJECTS)), batch_size=AT_ONCE)
    many = Project.objects.get(name="many")
    now = timezone.now()
    words = (
        ("pull", "artifact"),
        ("pull", "artifact"),
        ("pull", "artifact"),
        ("create", "artifact"),
        ("delete", "tag"),
    )
    for first in range(0, RECORDS, AT_ONCE):
        AuditRecord.objects.bulk_create(
            AuditRecord(
                at=now - timedelta(seconds=10 * (RECORDS - number)),
                principal=f"robot$ci-{number % 50}",
                operation=words[number % 5][0],
                resource_type=words[number % 5][1],
                resource=f"many/app:v{number % 1000}",
                project_id=many.pk if number % 2 else None,
                client_address="192.0.2.1",
                sequence=10**9 + number,
                seal="0" * 64,
            )
            for number in range(first, first + AT_ONCE)
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
    crowd()
    settle()
