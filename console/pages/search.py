"""One box for everything: projects, repositories, tags and digests."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse

from accounts.models import Project
from accounts.principals import Principal
from console import context
from console.pages.base import PageRequest, public_page, render
from registry.content import search
from registry.models import Artifact, Repository, Tag

MOST = 20


@dataclass(frozen=True)
class Found:
    """The first MOST of each, and of which there are more."""

    projects: Sequence[Project] = ()
    repositories: Sequence[Repository] = ()
    tags: Sequence[Tag] = ()
    artifacts: Sequence[Artifact] = ()
    more: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.projects or self.repositories or self.tags or self.artifacts)


@public_page
def show(request: PageRequest) -> HttpResponse:
    asked = request.GET.get("q", "").strip()
    text = asked.removeprefix("https://").removeprefix("http://").removeprefix(f"{context.host(request)}/")
    found = _find(text, by=request.principal) if text else Found()
    return render(request, "search/show.html", {"asked": asked, "found": found, "most": MOST})


def _find(text: str, *, by: Principal) -> Found:
    wanted = search.parse(text)
    rows: dict[str, QuerySet[Any]] = {}
    if wanted.name:
        rows["projects"] = search.find_projects(wanted.name, by=by)
    if wanted.name or wanted.repository:
        rows["repositories"] = search.find_repositories(wanted.name or wanted.repository, by=by)
    if wanted.tag:
        rows["tags"] = search.find_tags(wanted, by=by)
    if wanted.digest:
        rows["artifacts"] = search.find_artifacts(wanted, by=by)
    found = {kind: list(each[: MOST + 1]) for kind, each in rows.items()}
    more = frozenset(kind for kind, each in found.items() if len(each) > MOST)
    return Found(**{kind: each[:MOST] for kind, each in found.items()}, more=more)
