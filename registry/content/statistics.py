"""How much there is: projects, repositories and bytes, as far as whoever asks may see them."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum

from accounts import projects
from accounts.exceptions import NotAuthenticated
from accounts.models import Project
from accounts.permissions import may
from accounts.principals import Principal
from registry.content import repositories
from registry.models import Blob, Repository


@dataclass(frozen=True)
class Statistics:
    """`total_…` are 0 for all but those who may see the quotas of every project."""

    public_project_count: int
    private_project_count: int
    public_repo_count: int
    private_repo_count: int
    total_project_count: int = 0
    total_repo_count: int = 0
    total_storage_consumption: int = 0


def seen(*, by: Principal) -> Statistics:
    if by.is_anonymous:
        raise NotAuthenticated("sign in to see the statistics")
    found = _by_visibility(projects.visible_to(by), "is_public")
    held = _by_visibility(repositories.all_visible(by=by), "project__is_public")
    visible = Statistics(found[True], found[False], held[True], held[False])
    if not may(by, "system-quota:list", None):
        return visible
    return Statistics(
        visible.public_project_count,
        visible.private_project_count,
        visible.public_repo_count,
        visible.private_repo_count,
        total_project_count=Project.objects.count(),
        total_repo_count=repositories.holding().count(),
        total_storage_consumption=Blob.objects.aggregate(all=Sum("size"))["all"] or 0,
    )


def _by_visibility(rows: QuerySet[Project] | QuerySet[Repository], column: str) -> dict[bool, int]:
    counted = rows.order_by().values_list(column).annotate(Count("pk"))
    return {True: 0, False: 0} | dict(counted)
