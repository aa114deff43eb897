"""What the jobs of bulk.py do: one artifact or repository after the other, each once.

Each is a transaction together with the place that it brings the job to, and asks for its right anew, as who asked
for the job. One that is refused is left, and told; a job that left some has failed."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from accounts.exceptions import ProjectUnknown, Refusal
from accounts.models import Project
from accounts.permissions import require
from accounts.principals import Principal
from registry.content import artifacts, bulk, copies, deletions, locks, manifests, repositories
from registry.exceptions import ArtifactExists, ManifestUnknown, PartLeft
from registry.jobs import askers
from registry.jobs.kinds import kind
from registry.jobs.step import Advance, Step
from registry.models import Artifact
from registry.rules import read_only

LEFT = "left"


@dataclass(frozen=True)
class Outcome:
    """What became of one: `what` is how it is counted."""

    what: str
    said: str
    size: int = 0


Act = Callable[[int, Principal], Outcome]


@kind(bulk.COPY, concurrency=None, attempts=5, share=2)
def copy_artifacts(step: Step) -> None:
    """Copy artifacts, with their tags. Arguments: artifacts, project, repository, size, as."""
    _each(step, step.arguments["artifacts"], partial(_copy, step.arguments["project"], step.arguments["repository"]))


@kind(bulk.DELETE, concurrency=None, attempts=5, share=2)
def delete_artifacts(step: Step) -> None:
    """Delete artifacts, with their tags and accessories. Arguments: artifacts, as."""
    _each(step, step.arguments["artifacts"], _delete)


@kind(bulk.UNDELETE, concurrency=None, attempts=5, share=2)
def undelete_artifacts(step: Step) -> None:
    """Bring deleted artifacts back, with their tags and accessories. Arguments: artifacts, as."""
    _each(step, step.arguments["artifacts"], _undelete)


@kind(bulk.DELETE_REPOSITORIES, concurrency=None, attempts=5, share=2)
def delete_repositories(step: Step) -> None:
    """Empty repositories. Arguments: repositories, as."""
    _each(step, step.arguments["repositories"], _delete_repository)


def _each(step: Step, keys: list[int], act: Act) -> None:
    once = locks.again_after_deadlock(step.once)
    for key in keys[step.progress.get("next", 0) :]:
        step.check()
        by = askers.of(step)
        try:
            once(partial(_done, step, len(keys), partial(act, key, by)))
        except Refusal as refusal:
            once(partial(_done, step, len(keys), partial(Outcome, LEFT, str(refusal))))
    counts = step.progress["counts"]
    step.log.info(", ".join(f"{what}: {count:,}" for what, count in counts.items()))
    if counts.get(LEFT):
        raise PartLeft(f"{counts[LEFT]:,} of {len(keys):,} could not be done; the log says why of each")


def _done(step: Step, total: int, act: Callable[[], Outcome]) -> Advance:
    outcome = act()
    counts = Counter(step.progress.get("counts", {}))
    counts[outcome.what] += 1
    reached = step.progress.get("next", 0) + 1
    size = step.progress.get("size", 0) + outcome.size
    return Advance(
        outcome.said,
        {"next": reached, "counts": counts, "size": size},
        done=reached,
        total=total,
        done_size=size,
        total_size=step.arguments.get("size"),
        level="warning" if outcome.what == LEFT else "info",
    )


def _copy(project_id: int, repository: str, key: int, by: Principal) -> Outcome:
    read_only.check()
    source = _standing(key)
    target = Project.objects.filter(pk=project_id).first()
    if target is None:
        raise ProjectUnknown("the project to copy to is gone")
    require(by, "repository:pull", source.repository.project, repository=source.repository.name)
    place = repositories.get_or_make(bulk.target_name(source.repository, target, repository), target)
    if copies.is_copied(source, place):
        return Outcome("there already", f"{place.name}@{source.digest} is there already", source.size)
    copies.copy(source, place, again=True, by=by)
    return Outcome("copied", f"{source} to {place.name}", source.size)


def _delete(key: int, by: Principal) -> Outcome:
    read_only.check()
    try:
        artifact = _standing(key)
    except ManifestUnknown:
        return Outcome("gone before", f"artifact {key} is gone already")
    require(by, "artifact:delete", artifact.repository.project, repository=artifact.repository.name)
    artifacts.delete(artifact, by=by)
    return Outcome("deleted", str(artifact))


def _undelete(key: int, by: Principal) -> Outcome:
    read_only.check()
    gone = Artifact.objects.select_related("manifest", "repository__project").filter(pk=key).first()
    if gone is None:
        raise ManifestUnknown(f"artifact {key} is gone for good")
    try:
        deletions.undelete(gone, by=by)
    except ArtifactExists:  # it came back with another one
        return Outcome("there already", f"{gone} is there already", gone.size)
    return Outcome("undeleted", str(gone), gone.size)


def _delete_repository(key: int, by: Principal) -> Outcome:
    read_only.check()
    repository = repositories.holding().select_related("project").filter(pk=key).first()
    if repository is None:
        return Outcome("gone before", f"repository {key} is gone already")
    require(by, "repository:delete", repository.project, repository=repository.name)
    manifests.delete_all(repository, by=by)
    return Outcome("deleted", repository.name)


def _standing(key: int) -> Artifact:
    rows = Artifact.objects.select_related("manifest", "repository__project")
    artifact = rows.filter(pk=key, deleted_at=None).first()
    if artifact is None:
        raise ManifestUnknown(f"artifact {key} was deleted since this was asked for")
    return artifact
