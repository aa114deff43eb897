"""Many at once: what is chosen is done one by one, by a job, and the right is asked for at each."""

import pytest

from accounts import access_tokens, configuration
from accounts.exceptions import Invalid, NotAllowed
from accounts.models import BuiltIn, Member, Project, User
from accounts.principals import SYSTEM, Grant, of_access_token, of_user
from registry.content import artifacts, bulk, usage
from registry.exceptions import ReadOnly
from registry.jobs import run
from registry.models import Artifact, Job, JobState, Repository, Tag
from tests.factories.accounts import add_member, make_project, make_user, member_of, membership_of, user_of
from tests.factories.registry import index_of, make_repository, push_image, put

pytestmark = pytest.mark.django_db


def of(repository: Repository):
    return Artifact.objects.filter(repository=repository, deleted_at=None)


def tags(repository_name: str) -> set[str]:
    return set(Tag.objects.filter(repository__name=repository_name).values_list("name", flat=True))


def done(job: Job) -> Job:
    run.run(job.pk)
    job.refresh_from_db()
    return job


def texts(job: Job) -> list[str]:
    return list(job.log_lines.order_by("number").values_list("text", flat=True))


def test_chosen_artifacts_are_copied_with_their_tags_to_the_repository_of_the_same_name():
    source, target = make_repository("library/group/app"), make_project("mirror")
    for tag in ("1", "2", "3"):
        push_image(source, tag)
    job = done(bulk.copy_artifacts(of(source).exclude(tags__name="2"), target, by=SYSTEM))
    assert (job.state, job.done, job.total) == (JobState.SUCCEEDED, 2, 2)
    assert job.done_size == job.total_size
    assert job.total_size
    assert tags("mirror/group/app") == {"1", "3"}
    assert job.project_id == target.pk


def test_a_copy_may_go_to_a_repository_of_another_name_in_the_same_project():
    source = make_repository("library/app")
    push_image(source, "1")
    done(bulk.copy_artifacts(of(source), source.project, "kept", by=SYSTEM))
    assert tags("library/kept") == {"1"}
    with pytest.raises(Invalid, match="is where they are"):
        bulk.copy_artifacts(of(source), source.project, by=SYSTEM)


def test_a_part_of_an_index_that_came_along_gets_its_own_tag_too():
    source, target = make_repository("library/app"), make_project("mirror")
    part = push_image(source, "old")
    put(source, "multi", index_of(part))
    put(source, "amd64", part.body)
    index_first = of(source).order_by("-pk")
    done(bulk.copy_artifacts(index_first.filter(tags__name="multi"), target, by=SYSTEM))
    assert tags("mirror/app") == {"multi"}
    job = done(bulk.copy_artifacts(of(source), target, by=SYSTEM))
    assert job.state == JobState.SUCCEEDED
    assert tags("mirror/app") == {"old", "amd64", "multi"}


def test_what_is_there_already_is_passed_over():
    source, target = make_repository("library/app"), make_project("mirror")
    push_image(source, "1")
    done(bulk.copy_artifacts(of(source), target, by=SYSTEM))
    before = Artifact.objects.get(repository__name="mirror/app").pushed_at
    job = done(bulk.copy_artifacts(of(source), target, by=SYSTEM))
    assert job.progress["counts"] == {"there already": 1}
    assert Artifact.objects.get(repository__name="mirror/app").pushed_at == before


def test_chosen_artifacts_are_deleted():
    repository = make_repository()
    for tag in ("1", "2", "3"):
        push_image(repository, tag)
    job = done(bulk.delete_artifacts(of(repository).filter(tags__name__in=["1", "2"]), by=SYSTEM))
    assert (job.state, job.done, job.project_id) == (JobState.SUCCEEDED, 2, repository.project_id)
    assert tags(repository.name) == {"3"}


def test_what_was_deleted_meanwhile_is_no_failure_of_a_deletion_but_is_one_of_a_copy():
    repository, target = make_repository(), make_project()
    push_image(repository, "1")
    removal, copy = (
        bulk.delete_artifacts(of(repository), by=SYSTEM),
        bulk.copy_artifacts(of(repository), target, by=SYSTEM),
    )
    artifacts.delete(of(repository).get(), by=SYSTEM)
    run.run(copy.pk)
    assert done(removal).state == JobState.SUCCEEDED
    copy.refresh_from_db()
    assert copy.state == JobState.FAILED
    assert "was deleted since this was asked for" in "".join(texts(copy))


def test_chosen_repositories_are_emptied():
    project = make_project()
    kept, *gone = (make_repository("", project) for _ in range(3))
    for repository in (kept, *gone):
        push_image(repository)
    rows = Repository.objects.filter(pk__in=[each.pk for each in gone])
    job = done(bulk.delete_repositories(rows, by=SYSTEM))
    assert (job.state, job.done, job.project_id) == (JobState.SUCCEEDED, 2, project.pk)
    assert list(Artifact.objects.filter(deleted_at=None).values_list("repository", flat=True)) == [kept.pk]


def test_an_index_in_use_is_left_and_the_job_says_so():
    repository = make_repository()
    part = push_image(repository, "part")
    put(repository, "multi", index_of(part))
    job = done(bulk.delete_artifacts(of(repository).filter(digest=part.digest), by=SYSTEM))
    assert (job.state, job.attempts) == (JobState.FAILED, 1)
    assert job.error == "1 of 1 could not be done; the log says why of each"
    assert any("refers to it; delete that first" in text for text in texts(job))


def test_the_right_is_asked_for_before_there_is_a_job():
    repository, target = make_repository(), make_project()
    push_image(repository)
    guest = member_of(repository.project, BuiltIn.GUEST)
    rows = Repository.objects.filter(pk=repository.pk)
    for ask in (
        lambda: bulk.copy_artifacts(of(repository), target, by=guest),
        lambda: bulk.delete_artifacts(of(repository), by=guest),
        lambda: bulk.delete_repositories(rows, by=guest),
    ):
        with pytest.raises(NotAllowed):
            ask()
    assert not Job.objects.exists()


def test_a_role_that_is_taken_away_stops_what_is_left():
    repository = make_repository()
    push_image(repository)
    by = member_of(repository.project, BuiltIn.MAINTAINER)
    job = bulk.delete_artifacts(of(repository), by=by)
    Member.objects.filter(pk=membership_of(by).pk).delete()
    assert done(job).state == JobState.FAILED
    assert of(repository).count() == 1


def test_a_user_who_is_disabled_has_no_job_done():
    repository = make_repository()
    push_image(repository)
    by = member_of(repository.project, BuiltIn.MAINTAINER)
    job = bulk.delete_artifacts(of(repository), by=by)
    User.objects.filter(pk=user_of(by).pk).update(is_active=False)
    assert (done(job).state, job.error) == (JobState.FAILED, "Who asked for this job is disabled or gone.")
    assert of(repository).count() == 1


def test_a_job_may_no_more_than_the_access_token_that_asked_for_it():
    repository, target = make_repository(), make_project()
    push_image(repository)
    user = make_user()
    for project in (repository.project, target):
        add_member(project, user, BuiltIn.PROJECT_ADMIN)
    actions = frozenset({"artifact:create", "repository:pull", "repository:push"})
    limit = [Grant(actions, covers_all_projects=True)]
    token = access_tokens.create("ci", limit=limit, by=of_user(user)).token
    by = of_access_token(token)
    job = bulk.copy_artifacts(of(repository), target, by=by)
    token.limit = [{"project_id": None, "actions": ["repository:pull"]}]
    token.save()
    assert done(job).state == JobState.FAILED
    assert bulk.copy_artifacts(of(repository), target, by=of_user(user))


def test_a_project_that_is_full_takes_no_more():
    source, target = make_repository(), make_project()
    push_image(source)
    usage.set_limit(target, 1, by=SYSTEM)
    job = done(bulk.copy_artifacts(of(source), target, by=SYSTEM))
    assert job.state == JobState.FAILED
    assert any("will exceed the configured upper limit" in text for text in texts(job))
    assert not Artifact.objects.filter(project=target).exists()


def test_nothing_is_changed_while_the_registry_is_read_only():
    repository = make_repository()
    configuration.set("read_only", True, by=SYSTEM)
    with pytest.raises(ReadOnly):
        bulk.delete_artifacts(of(repository), by=SYSTEM)


def test_nothing_chosen_is_no_job():
    with pytest.raises(Invalid, match="choose 1 to"):
        bulk.delete_artifacts(Artifact.objects.none(), by=SYSTEM)


def test_a_job_of_a_project_that_is_gone_says_so():
    source, target = make_repository(), make_project()
    push_image(source)
    job = bulk.copy_artifacts(of(source), target, by=SYSTEM)
    Project.objects.filter(pk=target.pk).delete()
    assert done(job).state == JobState.FAILED
    assert "the project to copy to is gone" in texts(job)
