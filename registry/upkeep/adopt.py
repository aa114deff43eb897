"""Taking in what a stock registry wrote under STORAGE_URL: rows for what lies there, in place.

No blob is copied or rewritten. What the rows know already stays as they have it, so that a second run
does nothing new, and one that was killed goes on. Bytes are trusted; `manage.py fsck --hash` reads them."""

from collections.abc import Iterator
from functools import partial

from django.db import transaction

from accounts import audit, projects
from accounts.exceptions import Refusal
from accounts.models import Project, User
from accounts.principals import Principal, of_user
from registry import storage
from registry.content import locks, names, repositories, usage
from registry.exceptions import NameInvalid
from registry.models import Blob, Repository
from registry.storage import Absent, paths
from registry.upkeep import folders, links, progress
from registry.upkeep.progress import Done, Event, Left, Reached
from registry.upkeep.takeover import Takeover

BATCH = 200


class NobodyToOwn(Refusal):
    """There is no system admin yet, who would own what is taken in: start the registry once (manage.py serve)."""


def everything(default_project: str = "", after: str = "") -> Iterator[Event]:
    """Take in all blobs, then all repositories. `default_project` is for those whose name has but one part."""
    owner = User.objects.filter(is_sysadmin=True).order_by("pk").first()
    if owner is None:
        raise NobodyToOwn
    take = partial(_repositories, default_project=default_project, by=of_user(owner))
    return progress.in_order({"blobs": _blobs, "repositories": take}, after)


def count_repositories() -> int:
    """How many there are to look at."""
    return sum(1 for name in folders.repositories() if folders.has_links(name))


def _blobs(after: str) -> Iterator[Event]:
    for shard in folders.shards(after):
        for batch in progress.batches(folders.blob_files(shard), BATCH):
            found = {file.digest for file in batch if file.digest}
            new = found.difference(Blob.objects.filter(digest__in=found).values_list("digest", flat=True))
            yield Done("blobs", len(found))
            if new:
                yield _take_blobs(sorted(new))
        yield Reached(shard)


@transaction.atomic
def _take_blobs(digests: list[str]) -> Done:
    new = [blob for digest in digests if (blob := _found(digest))]
    Blob.objects.bulk_create(new, ignore_conflicts=True)
    return Done("new blobs", len(new), sum(blob.size for blob in new))


def _found(digest: str) -> Blob | None:
    """The row for a blob's file, which whoever removes such files now leaves alone until we commit."""
    locks.hold_digest(digest)
    try:
        return Blob(digest=digest, size=storage.driver().size(paths.blob(digest)))
    except Absent:
        return None


def _repositories(after: str, *, default_project: str, by: Principal) -> Iterator[Event]:
    for name in folders.repositories(after):
        if folders.has_links(name):
            yield from _repository(name, default_project, by)
            yield Done("repositories")
        yield Reached(name)


def _repository(name: str, default_project: str, by: Principal) -> Iterator[Event]:
    try:
        repository, is_new = _place(_full_name(name, default_project), by)
    except Refusal as refusal:
        yield Left(name, "", str(refusal))
        return
    yield Done("new repositories", int(is_new))
    yield from Takeover(name, repository, by)
    if repository.name != name:
        yield Done("links written", links.mend(repository).written)


def _full_name(name: str, default_project: str) -> str:
    names.repository(name)
    if "/" in name:
        return name
    if not default_project:
        raise NameInvalid("its name has one part, and so no project; --default-project library puts it there")
    return names.repository(f"{default_project}/{name}")


@transaction.atomic
def _place(name: str, by: Principal) -> tuple[Repository, bool]:
    """The repository, made where it is missing, and its project too; and whether it was."""
    if found := Repository.objects.filter(name=name).first():
        return found, False
    made = repositories.get_or_make(name, _project(names.project_of(name), by))
    audit.record(by, "create", "repository", name, made.project, description="taken in from storage")
    return made, True


def _project(name: str, by: Principal) -> Project:
    if found := projects.find(name):
        return found
    made = projects.create(name, is_public=False, by=by)
    usage.open(made, by=by)
    return made
