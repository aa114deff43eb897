"""The tags of a repository: where each points; one made, moved or taken away."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.exceptions import NotAllowed
from console.forms.tags import TagForm
from console.navigation import Action
from console.pages.base import PageRequest, add_refusal, public_page, redirect, render
from console.pages.listing import Column, Listing
from console.pages.repository import head as heads
from console.pages.repository.head import Head
from registry.content import artifacts, platforms, pullers, tags
from registry.content.platforms import Platform
from registry.exceptions import ManifestUnknown, TagExists, TagInvalid
from registry.models import Tag

COUNTED_TO = 10_000
COLUMNS = {"name": Column("name")}
# Of the artifact that each tag points at; its document stays where it is.
TOLD = ("artifact__manifest",)
UNREAD = ("artifact__manifest__payload", "artifact__manifest__annotations")


@dataclass(frozen=True)
class Row:
    tag: Tag
    platforms: list[Platform]
    head: Head

    @property
    def url(self) -> str:
        return tag_url(self.head, self.tag.name)

    @property
    def actions(self) -> list[Action]:
        name = self.tag.name
        found = [Action(f"{self.head.url('history')}?tag={name}", "history", _("History"))]
        if self.head.allows("tag:delete", name):
            found.append(Action(f"{self.url}/-/delete", "trash", _("Delete tag"), is_danger=True))
        return found


def tag_url(head: Head, tag: str) -> str:
    return f"{head.url()}:{tag}"


@public_page
def list_(request: PageRequest, name: str) -> HttpResponse:
    head = heads.admit(request, "tags", name)
    found = Tag.objects.filter(repository=head.repository)
    if called := request.GET.get("q", "").strip():
        found = found.filter(name__icontains=called)
    listing = Listing(
        request,
        found,
        COLUMNS,
        usual="name",
        counted_to=COUNTED_TO,
        told=lambda rows: rows.select_related(*TOLD).defer(*UNREAD),
    )
    ways = platforms.of([row.artifact for row in listing.rows])
    shown = [Row(row, ways.get(row.artifact_id, []), head) for row in listing.rows]
    return render(request, "repository/tags.html", {"head": head, "listing": listing, "shown": shown})


@public_page
def put(request: PageRequest, name: str, digest: str) -> HttpResponse:
    """A tag for this artifact: a new one, or one that points elsewhere and is moved here where that is wanted."""
    head = heads.admit(request, "tags", name, "tag:create")
    artifact = artifacts.find(head.project, name, digest)
    form = TagForm(request.POST or None)
    if form.is_valid():
        tag, give = form.cleaned_data["name"], tags.point if form.cleaned_data["is_moved"] else tags.create
        try:
            give(artifact, tag, by=head.by)
        except (NotAllowed, TagExists, TagInvalid) as refusal:
            add_refusal(form, refusal, "name")
        else:
            said = _("%(tag)s points at %(digest)s now.") % {"tag": tag, "digest": digest[:15]}
            return redirect(request, tag_url(head, tag), said)
    told = {"head": head, "artifact": artifact, "form": form}
    return render(request, "repository/tag.html", told, status=422 if form.errors else 200)


@public_page
def delete(request: PageRequest, name: str, tag: str) -> HttpResponse:
    head = heads.admit(request, "tags", name, "tag:delete", tag=tag)
    row = Tag.objects.filter(repository=head.repository, name=tag).select_related("artifact").first()
    if row is None:
        raise ManifestUnknown(f"{name} has no tag {tag}")
    if request.method == "POST":
        tags.delete(head.repository, tag, by=head.by)
        said = _("The tag %s is gone. Its history keeps where it pointed, and can bring it back.") % tag
        return redirect(request, f"{head.url('history')}?tag={tag}", said)
    pulling = pullers.of_tag(row)
    return render(request, "repository/delete_tag.html", {"head": head, "tag": row, "pulling": pulling})
