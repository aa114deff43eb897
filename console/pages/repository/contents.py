"""The artifacts of a repository."""

import re
from datetime import UTC, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import HttpResponse

from console import context
from console.pages.base import PageRequest, public_page, render
from console.pages.listing import Column, Listing, moment, whole
from console.pages.repository import head as heads
from console.pages.repository import rows
from registry.content import artifacts
from registry.models import Artifact, ArtifactLabel, Label, Repository, Tag

NEVER = datetime(1, 1, 2, tzinfo=UTC)
COUNTED_TO = 10_000
LONGEST_NUMBER = 19
DIGITS = re.compile(r"[0-9a-fA-F]{6,64}", re.ASCII)
COLUMNS = {
    "pushed": Column("pushed_at", moment, descends_first=True),
    "pulled": Column("last_pulled_at", moment, descends_first=True),
    "size": Column("size", whole, descends_first=True),
}
TAGGED = {"yes": [True], "no": [False]}


@public_page
def show(request: PageRequest, name: str) -> HttpResponse:
    head = heads.admit(request, "", name)
    repository = head.repository
    chosen = _chosen(request, repository)
    is_whole = not (request.GET.get("q") or request.GET.get("tagged") or request.GET.get("label"))
    listing = Listing(
        request,
        chosen,
        COLUMNS,
        usual="pushed",
        total=repository.artifact_count if is_whole else None,
        counted_to=COUNTED_TO,
        told=artifacts.told,
    )
    told = {
        "head": head,
        "listing": listing,
        "shown": rows.of(head, listing.rows, host=context.host(request)),
        "labels": Label.objects.filter(Q(project=head.project) | Q(project=None)).order_by("name"),
        "may_delete": head.allows("artifact:delete"),
        "may_copy": not head.by.is_anonymous and head.allows("repository:pull"),
    }
    return render(request, "repository/contents.html", told)


def _chosen(request: PageRequest, repository: Repository) -> QuerySet[Artifact]:
    """Those that the address asks for: by a part of a tag, the beginning of a digest, whether tagged, a label."""
    found = artifacts.standing_in(repository)
    if called := request.GET.get("q", "").strip():
        found = found.filter(_called(called, repository))
    if (tagged := request.GET.get("tagged", "")) in TAGGED:
        found = found.filter(is_tagged__in=TAGGED[tagged])  # SQLite finds this in an index, and a bare column in none
    label = request.GET.get("label", "")
    if label.isdecimal() and len(label) < LONGEST_NUMBER:
        found = found.filter(Exists(ArtifactLabel.objects.filter(artifact=OuterRef("pk"), label=int(label))))
    if request.GET.get("sort", "").removeprefix("-") == "pulled":
        found = found.annotate(last_pulled_at=Coalesce("pulled_at", Value(NEVER)))
    return found


def _called(called: str, repository: Repository) -> Q:
    """By a part of a tag, or by the first digits of a digest, which some write without its algorithm."""
    if ":" in called:
        return Q(digest__startswith=called.lower())
    named = Q(pk__in=Tag.objects.filter(repository=repository, name__icontains=called).values("artifact"))
    return named | Q(digest__startswith=f"sha256:{called.lower()}") if DIGITS.fullmatch(called) else named
