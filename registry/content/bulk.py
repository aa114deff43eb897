"""Many artifacts or repositories at once, each by a job that goes on where it stood whoever does it.

    copy_artifacts(artifacts, target, repository="", *, by) -> Job
    delete_artifacts(artifacts, *, by) -> Job
    undelete_artifacts(artifacts, *, by) -> Job
    delete_repositories(repositories, *, by) -> Job

What is chosen comes as a query (`Artifact.objects.filter(pk__in=…)`, `artifacts.standing_in(repository)`). The right is
asked for here, for all repositories that it touches, and again at each step (bulk_work.py): a role that is taken away
meanwhile stops the rest. Refusals are those of one such change; Invalid where nothing is chosen, or too much."""

from collections.abc import Iterable
from typing import TypeVar

from django.db.models import Model, QuerySet, Sum
from django.db.transaction import atomic

from accounts.exceptions import Invalid
from accounts.models import Project
from accounts.permissions import require
from accounts.principals import Principal
from registry.content import deletions, names
from registry.jobs import enqueue
from registry.jobs.askers import AS
from registry.models import Artifact, Job, Repository
from registry.rules import read_only

Row = TypeVar("Row", bound=Model)

COPY, DELETE, UNDELETE = "copy_artifacts", "delete_artifacts", "undelete_artifacts"
DELETE_REPOSITORIES = "delete_repositories"
# What is chosen stands in the job's arguments.
MOST = 100_000


@atomic
def copy_artifacts(artifacts: QuerySet[Artifact], target: Project, repository: str = "", *, by: Principal) -> Job:
    """Copy these into the project: all to its repository `repository` ("app", without the project), or each to the
    one that is called as its own. With their tags, as copies.copy does; what is there already is passed over."""
    read_only.check()
    standing = artifacts.filter(deleted_at=None)
    for source in _places(standing):
        name = target_name(source, target, repository)
        if name == source.name:
            raise Invalid(f"{name} is where they are")
        require(by, "repository:pull", source.project, repository=source.name)
        require(by, "artifact:create", target, repository=name)
    arguments = {"artifacts": _keys(standing), "project": target.pk, "repository": repository}
    size = standing.order_by().aggregate(sum=Sum("size"))["sum"] or 0
    return enqueue.add(COPY, {**arguments, "size": size, AS: by.credential}, by=by, project_id=target.pk)


@atomic
def delete_artifacts(artifacts: QuerySet[Artifact], *, by: Principal) -> Job:
    """Delete these, as artifacts.delete does each."""
    read_only.check()
    standing = artifacts.filter(deleted_at=None)
    places = list(_places(standing))
    for place in places:
        require(by, "artifact:delete", place.project, repository=place.name)
    arguments = {"artifacts": _keys(standing), AS: by.credential}
    return enqueue.add(DELETE, arguments, by=by, project_id=_one_project(places))


@atomic
def undelete_artifacts(artifacts: QuerySet[Artifact], *, by: Principal) -> Job:
    """Bring these back, as deletions.undelete does each."""
    read_only.check()
    places = list(_places(artifacts))
    for place in places:
        require(by, deletions.UNDELETE, place.project, repository=place.name)
    arguments = {"artifacts": _keys(artifacts), AS: by.credential}
    return enqueue.add(UNDELETE, arguments, by=by, project_id=_one_project(places))


@atomic
def delete_repositories(repositories: QuerySet[Repository], *, by: Principal) -> Job:
    """Empty these, as manifests.delete_all does each."""
    read_only.check()
    places = list(repositories.select_related("project"))
    for place in places:
        require(by, "repository:delete", place.project, repository=place.name)
    arguments = {"repositories": _keys(repositories), AS: by.credential}
    return enqueue.add(DELETE_REPOSITORIES, arguments, by=by, project_id=_one_project(places))


def target_name(source: Repository, target: Project, repository: str) -> str:
    """The whole name of the repository that a copy from `source` goes to."""
    return names.repository(f"{target.name}/{repository or source.name.partition('/')[2]}")


def _places(artifacts: QuerySet[Artifact]) -> QuerySet[Repository]:
    return Repository.objects.select_related("project").filter(pk__in=artifacts.order_by().values("repository"))


def _keys(rows: QuerySet[Row]) -> list[int]:
    """Their numbers, the oldest first: what indexes are made of mostly comes before them."""
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    if not 0 < len(keys) <= MOST:
        raise Invalid(f"choose 1 to {MOST:,} at once")
    return keys


def _one_project(places: Iterable[Repository]) -> int | None:
    """The project that they all lie in, whose members may then see the job."""
    found = {place.project_id for place in places}
    return found.pop() if len(found) == 1 else None
