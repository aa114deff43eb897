"""Ten thousand repositories and ten thousand tags as rows, for the works that need many names."""

import os

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "registry.settings"
django.setup()

from django.utils import timezone  # noqa: E402

from accounts.models import Project  # noqa: E402
from bench.seeds import CROWD, repository_name, tag_name  # noqa: E402
from registry.models import Repository, Tag  # noqa: E402


def add_repositories() -> None:
    project = Project.objects.get(name="crowd")
    rows = (Repository(project=project, name=repository_name(number)) for number in range(CROWD))
    Repository.objects.bulk_create(rows, batch_size=1000)


def add_tags() -> None:
    """Each on the manifest that stands under the first one."""
    first = Tag.objects.select_related("artifact", "repository").get(repository__name="bench/tags")
    place = {"repository": first.repository, "artifact": first.artifact, "moved_at": timezone.now()}
    Tag.objects.bulk_create((Tag(name=tag_name(number), **place) for number in range(1, CROWD)), batch_size=1000)


if __name__ == "__main__":
    add_repositories()
    add_tags()
