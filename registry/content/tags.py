"""Tags: moving one, deleting one, and their names in order. Every move is kept."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import audit
from accounts.permissions import require
from accounts.principals import Principal
from accounts.standings import standing
from registry.content import links, listing, locks, names
from registry.content.locks import BATCH
from registry.exceptions import ManifestUnknown, TagExists
from registry.models import Artifact, Repository, Tag, TagMove


def hold(repository: Repository, names: Iterable[str]) -> None:
    """Hold those of these tags that there are until the commit, in the order in which all hold them."""
    held = Tag.objects.select_for_update().filter(repository=repository, name__in=list(names)).order_by("name")
    list(held.values_list("pk"))


def move(repository: Repository, name: str, artifact: Artifact, *, by: Principal) -> None:
    """Let the tag point at the artifact; in the caller's transaction, which holds the tag until it ends."""
    while (tag := _held(repository, name)) is None:
        try:
            with transaction.atomic():
                Tag.objects.create(repository=repository, name=name, artifact=artifact, moved_at=timezone.now())
            return _record(repository, name, "", artifact.digest, by=by)
        except IntegrityError:
            continue  # made a moment ago, and perhaps gone again
    before = tag.artifact.digest
    if tag.artifact_id != artifact.pk:
        tag.artifact, tag.moved_at = artifact, timezone.now()
        tag.save(update_fields=["artifact", "moved_at"])
        listing.settle(repository, [before])
    if before != artifact.digest:
        _record(repository, name, before, artifact.digest, by=by)
    return None


@locks.again_after_deadlock
@transaction.atomic
def create(artifact: Artifact, name: str, *, by: Principal) -> Tag:
    """A new name for an artifact. TagExists where the repository has one of this name, whatever it points at."""
    repository = artifact.repository
    _require_place(artifact, name, by=by)
    if _held(repository, name) is not None:
        raise TagExists(f"{repository.name} has a tag {name} already; a push can move it")
    move(repository, name, artifact, by=by)
    listing.settle(repository, [artifact.digest])
    audit.record(by, "create", "tag", f"{repository.name}:{name}", repository.project)
    return Tag.objects.get(repository=repository, name=name)


@locks.again_after_deadlock
@transaction.atomic
def point(artifact: Artifact, name: str, *, by: Principal) -> str:
    """Let the tag point at this artifact of its repository: a new one, or one that is moved here, as a push would.
    Answers the digest that it pointed at, or "" where there was none."""
    repository = artifact.repository
    _require_place(artifact, name, by=by)
    held = _held(repository, name)
    before = held.artifact.digest if held else ""
    if before == artifact.digest:
        return before
    if before:
        require(by, "repository:push", repository.project, repository=repository.name, tag=name)
    move(repository, name, artifact, by=by)
    listing.settle(repository, [artifact.digest])
    told = f"{repository.name}:{name}"
    if before:
        audit.record(by, "update", "tag", told, repository.project, description=f"{before} to {artifact.digest}")
    else:
        audit.record(by, "create", "tag", told, repository.project)
    return before


def adopt(repository: Repository, name: str, artifact: Artifact, *, at: datetime, by: Principal) -> bool:
    """The row of a tag that storage shows since `at`, and the move that made it; in the caller's transaction.
    False where the rows have known a tag of this name: then they count, also where they say that it is gone."""
    if TagMove.objects.filter(repository=repository, tag=name).exists():
        return False
    new = {"artifact": artifact, "moved_at": at}
    _, is_new = Tag.objects.get_or_create(repository=repository, name=name, defaults=new)
    if is_new:
        TagMove.objects.create(repository=repository, tag=name, to_digest=artifact.digest, by=by.name, at=at)
        listing.settle(repository, [artifact.digest])
    return is_new


def restore(repository: Repository, name: str, artifact: Artifact, *, by: Principal) -> bool:
    """The tag as it was before its artifact was deleted; in the caller's transaction. False where there is one of
    this name by now, which stays where it points."""
    try:
        with transaction.atomic():
            Tag.objects.create(repository=repository, name=name, artifact=artifact, moved_at=timezone.now())
    except IntegrityError:
        return False
    _record(repository, name, "", artifact.digest, by=by)
    return True


@locks.again_after_deadlock
@transaction.atomic
def delete(repository: Repository, name: str, *, by: Principal) -> None:
    """Take the tag away; its artifact stays. ManifestUnknown where there is no such tag."""
    tag = _held(repository, name)
    if tag is None:
        raise ManifestUnknown(f"{repository.name} has no tag {name}")
    _remove([tag], at=timezone.now(), by=by)
    listing.settle(repository, [tag.artifact.digest])
    audit.record(by, "delete", "tag", f"{repository.name}:{name}", repository.project)


def delete_all_of(
    artifact: Artifact, *, with_subject: bool = False, at: datetime | None = None, by: Principal
) -> datetime:
    """Take away every tag of an artifact; in the caller's transaction. In the order in which pushes hold them,
    and nothing but them: at its commit a push asks for its repository's row. Refused where `by` may delete
    artifacts of some tags only, and one of these is none of them; what cosign names so goes `with_subject`.
    Answers the moment that all that goes together bears: by it an undeletion knows these tags."""
    held = Tag.objects.select_for_update(of=("self",)).select_related("artifact", "repository")
    gone = list(held.filter(artifact=artifact).order_by("name"))
    place = artifact.repository
    for tag in gone:
        if not (with_subject and listing.subject_of_tag(tag.name)):
            require(by, "artifact:delete", place.project, repository=place.name, tag=tag.name)
    at = at or timezone.now()
    _remove(gone, at=at, by=by)
    return at


def require_all_of(artifact: Artifact, action: str, *, by: Principal) -> None:
    """Return if `by` may do this to every tag of the artifact."""
    place = artifact.repository
    for name in artifact.tags.order_by("name").values_list("name", flat=True):
        require(by, action, place.project, repository=place.name, tag=name)


def delete_all_in(repository: Repository, *, by: Principal) -> datetime:
    """Take away every tag of a repository; in the caller's transaction, which takes their artifacts away. Refused
    where `by` may delete some tags only, and one of these is none of them, nor an accessory's. Answers the moment."""
    held = Tag.objects.select_for_update(of=("self",)).filter(repository=repository).order_by("name")
    gone = list(held.values_list("pk", "name", "artifact__digest"))
    found = standing(by, repository.project)
    for _, name, _ in gone:
        if not found.allows("repository:delete", repository.name, name) and not listing.subject_of_tag(name):
            require(by, "repository:delete", repository.project, repository=repository.name, tag=name)
    now = timezone.now()
    TagMove.objects.bulk_create(
        TagMove(repository=repository, tag=name, from_digest=digest, by=by.name, at=now) for _, name, digest in gone
    )
    for start in range(0, len(gone), BATCH):
        Tag.objects.filter(pk__in=[key for key, _, _ in gone[start : start + BATCH]]).delete()
    return now


def named(repository_id: int, *, after: str = "") -> QuerySet[Tag, str]:
    """The names of a repository's tags in order, those behind `after`."""
    return (
        Tag.objects.filter(repository_id=repository_id, name__gt=after).order_by("name").values_list("name", flat=True)
    )


def _require_place(artifact: Artifact, name: str, *, by: Principal) -> None:
    """Return if `by` may give the artifact this name, which then stands until the commit."""
    repository = artifact.repository
    names.tag(name)
    require(by, "tag:create", repository.project, repository=repository.name, tag=name)
    locks.hold_digest(artifact.digest)  # as who deletes the artifact does
    if not Artifact.objects.filter(pk=artifact.pk, deleted_at=None).exists():
        raise ManifestUnknown(f"{artifact} was deleted a moment ago")


def _held(repository: Repository, name: str) -> Tag | None:
    """By the tag's row alone: PostgreSQL finds no row any more where one that is joined to it changed as we waited."""
    return Tag.objects.select_for_update().filter(repository=repository, name=name).first()


def _remove(tags: Iterable[Tag], *, at: datetime, by: Principal) -> None:
    for tag in tags:
        tag.delete()
        _record(tag.repository, tag.name, tag.artifact.digest, "", at=at, by=by)


def _record(
    repository: Repository, name: str, before: str, after: str, *, at: datetime | None = None, by: Principal
) -> None:
    TagMove.objects.create(
        repository=repository, tag=name, from_digest=before, to_digest=after, by=by.name, at=at or timezone.now()
    )
    if after:
        transaction.on_commit(lambda: links.write_tag(repository.name, name, after))
    else:
        transaction.on_commit(lambda: links.remove_tag(repository.name, name))
