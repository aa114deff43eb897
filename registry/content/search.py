"""Finding projects, repositories, tags and artifacts by a part of their names, among those that whoever asks may see.

What is looked for is written as clients write it: `app`, `team/app:1.4`, `app@sha256:21`, `sha256:2153faec`,
or the digest's first digits alone."""

import re
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, QuerySet

from accounts import projects
from accounts.models import Project
from accounts.principals import Principal
from registry.content import repositories, visibility
from registry.models import Artifact, Manifest, Repository, Tag

Row = TypeVar("Row", bound=Model)
# Of each; whoever finds more looks for too little.
MOST = 1000
DIGEST = re.compile(r"(?P<algorithm>sha256:|sha512:)?(?P<hex>[0-9a-f]{4,128})")
# Behind every name that begins with what stands before it, and behind every digit of a digest.
LAST, BEHIND_DIGITS = "\U0010ffff", "g"


@dataclass(frozen=True)
class Wanted:
    """What a text may mean. `repository` narrows tags and digests to those in repositories that are called so."""

    name: str = ""
    repository: str = ""
    tag: str = ""
    digest: str = ""


def parse(text: str) -> Wanted:
    repository, at, digest = text.rpartition("@")
    if at:
        return Wanted(repository=repository, digest=_digest(digest))
    if _digest(text):
        return Wanted(name=text, tag=text, digest=_digest(text))
    repository, colon, tag = text.rpartition(":")
    return Wanted(repository=repository, tag=tag) if colon else Wanted(name=text, tag=text)


def _digest(text: str) -> str:
    """The first characters of a digest; empty where it is none."""
    found = DIGEST.fullmatch(text.lower())
    return f"{found['algorithm'] or 'sha256:'}{found['hex']}" if found else ""


def find_projects(part: str, *, by: Principal) -> QuerySet[Project]:
    found = projects.visible_to(by).filter(name__icontains=part)
    return found.select_related("owner").order_by("name")[:MOST]


def find_repositories(part: str, *, by: Principal) -> QuerySet[Repository]:
    """By their whole names, the project's among it."""
    found = repositories.all_visible(by=by).filter(name__icontains=part)
    return found.select_related("project").order_by("name")[:MOST]


def find_tags(wanted: Wanted, *, by: Principal) -> QuerySet[Tag]:
    """Those that begin so, by name."""
    rows = Tag.objects.filter(name__gte=wanted.tag, name__lt=wanted.tag + LAST)
    seen = _within(rows, wanted, "tag:list", by)
    return seen.select_related("repository", "artifact").order_by("name", "pk")[:MOST]


def find_artifacts(wanted: Wanted, *, by: Principal) -> QuerySet[Artifact]:
    """Those whose digests begin so, wherever they stand."""
    manifests = Manifest.objects.filter(digest__gte=wanted.digest, digest__lt=wanted.digest + BEHIND_DIGITS)
    rows = Artifact.objects.filter(manifest__in=manifests.values("pk"), deleted_at=None)
    return _within(rows, wanted, "artifact:list", by).select_related("repository").order_by("digest", "pk")[:MOST]


def _within(rows: QuerySet[Row], wanted: Wanted, action: str, by: Principal) -> QuerySet[Row]:
    if wanted.repository:
        rows = rows.filter(repository__name__icontains=wanted.repository)
    seen = visibility.condition(by, action)
    return rows if seen == visibility.EVERYTHING else rows.filter(repository__in=Repository.objects.filter(seen))
