"""What the tags of a repository pointed at, and when: the log of their moves, and the past that it tells."""

from datetime import datetime

from django.db.models import Max, QuerySet

from registry.models import Repository, TagMove


def moves(repository: Repository, tag: str = "") -> QuerySet[TagMove]:
    """The moves of one tag, or of all, the newest first."""
    rows = TagMove.objects.filter(repository=repository).order_by("-at", "-pk")
    return rows.filter(tag=tag) if tag else rows


def as_of(repository: Repository, at: datetime) -> dict[str, str]:
    """The digest that each tag pointed at then; those that did not exist are left out."""
    before = TagMove.objects.filter(repository=repository, at__lte=at)
    last = before.values("tag").annotate(last=Max("pk")).values("last")
    found = TagMove.objects.filter(pk__in=last).exclude(to_digest="").order_by("tag")
    return dict(found.values_list("tag", "to_digest"))
