"""Projects and what lies in them: making one with its quota, and deleting one that holds nothing."""

from collections.abc import Collection, Mapping

from django.db import IntegrityError, transaction
from django.db.models import Count, Q

from accounts import projects
from accounts.exceptions import ProjectInUse
from accounts.models import Project
from accounts.permissions import require
from accounts.principals import Principal
from accounts.standings import standings
from registry.content import links, repositories, usage, visibility
from registry.content.visibility import LISTING
from registry.models import Repository


@transaction.atomic
def create(name: str, metadata: Mapping[str, str], *, storage_limit: int | None = None, by: Principal) -> Project:
    """`storage_limit` is how many bytes it may hold, where `by` may say so; else it is the usual limit."""
    project = projects.create(name, metadata=metadata, by=by)
    usage.open(project, storage_limit, by=by)
    return project


def why_kept(project: Project) -> str:
    """Why the project cannot be deleted now; empty where it can."""
    held = repositories.holding().filter(project=project).count()
    if not held:
        return ""
    return f"project {project} still has {held} {'repository' if held == 1 else 'repositories'}; delete them first"


def delete(project: Project, *, by: Principal) -> None:
    """Delete a project that holds nothing. What was deleted in it before goes for good, and so do the names of
    repositories that were emptied, or never got a first manifest."""
    require(by, "project:delete", project)
    try:
        with transaction.atomic():
            # Held, so that nothing is pushed to them meanwhile.
            rows = Repository.objects.select_for_update().filter(project=project).order_by("name")
            names = [repository.name for repository in rows]
            if reason := why_kept(project):
                raise ProjectInUse(reason)
            Repository.objects.filter(project=project, name__in=names).delete()
            projects.delete(project, by=by)
            transaction.on_commit(lambda: [links.remove_repository(name) for name in names])
    except IntegrityError:  # where one is made at this very moment
        raise ProjectInUse(f"somebody pushes to project {project} at this moment; try again") from None


def repository_counts(found: Collection[Project], *, by: Principal) -> Mapping[int, int]:
    """How many repositories `by` sees in each of the projects."""
    held = standings(by, found)
    whole = [project for project in found if held[project.pk].reaches_all(LISTING)]
    narrowed = [project for project in found if project not in whole]
    seen = Q(project__in=whole)
    if narrowed:  # which takes a look at every role that `by` has anywhere
        seen |= Q(project__in=narrowed) & visibility.condition(by)
    rows = repositories.holding().filter(seen).order_by()
    return dict(rows.values_list("project").annotate(Count("pk")))
