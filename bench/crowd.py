"""Ten thousand repositories and ten thousand tags as rows, for the works that need many names."""

import os

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "registry.settings"
django.setup()

from django.utils import timezone  # noqa: E402

from accounts.models import Project  # noqa: E402
from bench.seeds import CROWD, repository_name, tag_name  # noqa: E402
from registry.models import Artifact, Repository, Tag  # noqa: E402


def add_repositories(first: Tag) -> None:
    """Each holds the manifest that stands under the first tag: empty ones are not listed."""
    project, now = Project.objects.get(name="crowd"), timezone.now()
    rows = (Repository(project=project, name=repository_name(number)) for number in range(CROWD))
    repositories = Repository.objects.bulk_create(rows, batch_size=1000)
    held = {
        "project": project,
        "manifest": first.artifact.manifest,
        "digest": first.artifact.digest,
        "pushed_at": now,
        "pushed_by": "bench",
    }
    Artifact.objects.bulk_create((Artifact(repository=each, **held) for each in repositories), batch_size=1000)


def add_tags(first: Tag) -> None:
    place = {"repository": first.repository, "artifact": first.artifact, "moved_at": timezone.now()}
    Tag.objects.bulk_create((Tag(name=tag_name(number), **place) for number in range(1, CROWD)), batch_size=1000)


if __name__ == "__main__":
    first_tag = Tag.objects.select_related("artifact__manifest", "repository").get(repository__name="bench/tags")
    add_repositories(first_tag)
    add_tags(first_tag)
