"""The projects that somebody wants at hand. They are nobody else's business, so no record is made of them."""

from collections.abc import Sequence

from django.db.models import QuerySet

from accounts import projects
from accounts.exceptions import NotAuthenticated
from accounts.models import FavouriteProject, Project
from accounts.principals import Principal


def of(by: Principal) -> QuerySet[Project]:
    """The favourites of `by` that it may still see."""
    marked = FavouriteProject.objects.filter(user=by.user_id)
    return projects.visible_to(by).filter(pk__in=marked.values("project"))


def marked_by(by: Principal, found: Sequence[Project]) -> set[int]:
    """Which of these projects are, by their numbers."""
    if by.user_id is None:
        return set()
    marked = FavouriteProject.objects.filter(user_id=by.user_id, project__in=found)
    return set(marked.values_list("project", flat=True))


def mark(project: Project, *, by: Principal) -> None:
    """Marking one twice is as good as once."""
    FavouriteProject.objects.get_or_create(user_id=_person(by), project=project)


def unmark(project: Project, *, by: Principal) -> None:
    FavouriteProject.objects.filter(user_id=_person(by), project=project).delete()


def _person(by: Principal) -> int:
    if by.user_id is None:
        raise NotAuthenticated("sign in to have favourites")
    return by.user_id
