"""Robots: what they may be given, how they sign in, and that every change acts at their next request."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import configuration, last_uses, robot_grants, robot_secrets, robots, sign_in, users
from accounts.exceptions import CredentialsRefused, Invalid, RobotExists, RobotUnknown, TokenRefused, UserExists
from accounts.models import AuditRecord, Project, Robot
from accounts.permissions import may
from accounts.principals import SYSTEM
from tests.accounts.robot_making import change, grant, make, signed_in
from tests.factories.accounts import PASSWORD, grant_to, make_project, make_robot, make_user, token_for
from tests.factories.hashing import QuickArgon2

pytestmark = pytest.mark.django_db

SCOPE = "repository:library/app:pull,push,delete"


@pytest.fixture
def library() -> Project:
    return make_project("library")


# Signing in.


def test_a_robot_signs_in_by_its_name_and_by_an_alias_that_shells_leave_alone(library: Project):
    made, ops = make(library), make(None, "system-project:create", name="ops")
    for name, secret, key in [
        ("robot$library+ci", made.secret, f"robot:{made.robot.pk}"),
        ("robot~library~ci", made.secret, f"robot:{made.robot.pk}"),
        ("robot$ops", ops.secret, f"robot:{ops.robot.pk}"),
        ("robot~ops", ops.secret, f"robot:{ops.robot.pk}"),
    ]:
        by = sign_in.with_password(name, secret)
        assert (by.key, by.kind) == (key, "robot")
        assert by.name == name.replace("robot~library~", "robot$library+").replace("robot~", "robot$")


@pytest.mark.parametrize(
    "name",
    [
        "ci",
        "library+ci",
        "robot$ci",
        "robot$other+ci",
        "robot$library+c%",
        "robot$library+c_",
        "robot$librar_+ci",
        "robot$LIBRARY+ci",
        "robot$library+ci ",
        "robot$library~ci",
        "robot~library+ci",
        "robot$library+",
        "robot$+ci",
        "robot$",
        "robot~",
        "robot$library+library+ci",
        "Robot$library+ci",
    ],
)
def test_no_other_name_is_this_robot(library: Project, name: str):
    made = make(library)
    make_project("other")
    with pytest.raises(CredentialsRefused):
        sign_in.with_password(name, made.secret)


def test_robots_of_projects_are_told_apart_by_the_whole_name():
    for name in ("a", "a-b", "a.b", "a_b"):
        made = make(make_project(name), name="x")
        assert sign_in.with_password(f"robot${name}+x", made.secret).id == made.robot.pk


def test_a_prefix_that_users_names_may_have_does_not_keep_users_out(library: Project):
    configuration.set("robot_name_prefix", "ci-", by=SYSTEM)
    made = make(library, name="x")
    make_user("ci-alice")
    assert sign_in.with_password("ci-library+x", made.secret).kind == "robot"
    assert sign_in.with_password("ci-alice", "Correct-Horse-1").kind == "user"
    with pytest.raises(RobotExists, match="is what a user signs in as"):
        make(None, "system-robot:list", name="alice")
    with pytest.raises(UserExists, match=r"a robot signs in as ci-library\+x"):
        users.create("ci-library+x", "x@example.org", "Plain-words-1", by=SYSTEM)


def test_a_prefix_that_makes_a_robot_a_namesake_does_not_lock_the_user_out():
    make_user("admin", is_sysadmin=True)
    robot = make(None, "system-project:create", name="in")
    configuration.set("robot_name_prefix", "adm", by=SYSTEM)
    assert sign_in.with_password("admin", PASSWORD).is_sysadmin
    assert sign_in.with_password("robot~in", robot.secret).key == f"robot:{robot.robot.pk}"
    with pytest.raises(CredentialsRefused):
        sign_in.with_password("admin", robot.secret)


def test_an_empty_prefix_is_refused():
    with pytest.raises(Invalid):
        configuration.set("robot_name_prefix", "", by=SYSTEM)


def test_secrets_of_a_take_over_are_good_as_they_are_kept(library: Project):
    made = make(library)
    Robot.objects.update(secret=make_password("Older-secret-1"))
    sign_in.forget()
    assert sign_in.with_password(robots.name_of(made.robot), "Older-secret-1").kind == "robot"


def test_made_secrets_are_random_and_kept_as_salted_hashes(library: Project):
    made = [make(library, name=f"ci{number}") for number in range(20)]
    assert len({each.secret for each in made}) == len({each.robot.secret for each in made}) == 20
    for each in made:
        assert robot_secrets.RULE.fullmatch(each.secret)
        assert each.secret not in each.robot.secret
        assert each.secret not in repr(each)


@pytest.mark.parametrize(
    "secret", ["Short-1", "no-upper-case-1", "NO-LOWER-CASE-1", "No-digit-here", "x" * 126 + "A1y"]
)
def test_a_chosen_secret_keeps_the_rule(library: Project, secret: str):
    with pytest.raises(Invalid, match="8 to 128 characters"):
        make(library, secret=secret)


def test_a_chosen_secret_is_kept_slowly(library: Project):
    made = make(library, secret="My-own-secret-1")
    assert made.robot.secret.startswith("argon2")
    assert signed_in(made).kind == "robot"


class CountingHasher(QuickArgon2):
    """Says how often it was asked."""

    count = 0

    def encode(self, password: str, salt: str) -> str:
        CountingHasher.count += 1
        return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        CountingHasher.count += 1
        return super().verify(password, encoded)


# T10: absent, disabled, with a generated or a chosen secret: a guess costs the same.


def test_a_wrong_secret_costs_the_same_whatever_robot_there_is(library: Project, settings):
    settings.PASSWORD_HASHERS = ["tests.accounts.test_robots.CountingHasher"]
    make(library, name="generated")
    make(library, name="chosen", secret="My-own-secret-1")
    make(library, name="disabled", is_disabled=True)
    costs = set()
    for name in ("generated", "chosen", "disabled", "absent"):
        CountingHasher.count = 0
        with pytest.raises(CredentialsRefused) as refused:
            sign_in.with_password(f"robot$library+{name}", "Wrong-secret-1")
        costs.add((CountingHasher.count, type(refused.value), str(refused.value)))
    assert len(costs) == 1
    assert next(iter(costs))[0] == 1


def test_the_last_use_is_written_once_a_minute(library: Project):
    made = make(library)
    robots.authenticate("robot$library+ci", made.secret)
    used_at = Robot.objects.get().last_used_at
    assert used_at is not None
    with CaptureQueriesContext(connection) as queries:
        for _ in range(3):
            robots.authenticate("robot$library+ci", made.secret)
    assert not [each["sql"] for each in queries if each["sql"].startswith("UPDATE")]
    Robot.objects.update(last_used_at=used_at - timedelta(seconds=61))
    last_uses.forget()
    robots.authenticate("robot$library+ci", made.secret)
    assert Robot.objects.filter(last_used_at__gt=used_at).exists()


# T06 and T07: never more than the grants, and every change at the next request, an unexpired token notwithstanding.


def test_a_token_carries_what_the_robot_may_and_was_asked_for(library: Project):
    other = make_project("other")
    ci = signed_in(make(library, "repository:pull", "repository:push"))
    asked = (SCOPE, "repository:other/app:pull,push,*", "registry:catalog:*", "repository:library/app:*")
    bearer = sign_in.with_token(token_for(ci, *asked))
    carried = {(entry.name, action) for entry in bearer.access or () for action in entry.actions}
    assert carried == {("library/app", "pull"), ("library/app", "push")}
    assert may(bearer, "repository:push", library, repository="library/app")
    assert not may(bearer, "artifact:delete", library, repository="library/app")
    assert not may(bearer, "repository:pull", other, repository="other/app")


CHANGES = {
    "refreshed": lambda robot: robots.refresh(robot, by=SYSTEM),
    "given another secret": lambda robot: robots.refresh(robot, "Another-secret-1", by=SYSTEM),
    "disabled": lambda robot: change(robot, [grant(robot.project)], is_disabled=True),
    "given less": lambda robot: change(robot, [grant(robot.project, "label:list")]),
    "made to end": lambda robot: change(robot, [grant(robot.project)], duration_days=1),
    "deleted": lambda robot: robots.delete(robot, by=SYSTEM),
    "deleted with its project": lambda robot: robot.project.delete(),
}


@pytest.mark.parametrize("happens", CHANGES.values(), ids=CHANGES)
def test_a_token_is_worthless_once_its_robot_is(library: Project, happens):
    made = make(library)
    token = token_for(signed_in(made), SCOPE)
    assert sign_in.with_token(token).kind == "robot"
    happens(made.robot)
    with pytest.raises(TokenRefused):
        sign_in.with_token(token)


@pytest.mark.parametrize("happens", ["refreshed", "disabled", "deleted", "deleted with its project"])
def test_a_remembered_secret_is_worthless_once_its_robot_is(library: Project, happens: str):
    made = make(library)
    signed_in(made)
    CHANGES[happens](made.robot)
    with pytest.raises(CredentialsRefused):
        signed_in(made)


def test_who_knows_the_secret_is_told_why_a_robot_does_not_get_in(library: Project):
    made, ops = make(library), make(None, "system-robot:list", name="ops", duration_days=1)
    change(made.robot, [grant(library)], is_disabled=True)
    Robot.objects.filter(pk=ops.robot.pk).update(expires_at=datetime(2026, 1, 31, 12, tzinfo=UTC))
    for robot, sentence in [
        (made, "robot$library+ci is disabled; a project admin of library can enable it"),
        (ops, "robot$ops has expired at 2026-01-31 12:00 UTC; a system admin can give it more time"),
    ]:
        with pytest.raises(CredentialsRefused) as refused:
            signed_in(robot)
        assert str(refused.value) == sentence
        with pytest.raises(CredentialsRefused) as refused:
            sign_in.with_password(robots.name_of(robot.robot), "Wrong-secret-1")
        assert str(refused.value) == str(CredentialsRefused())
        failed = AuditRecord.objects.filter(principal=robots.name_of(robot.robot), succeeded=False).first()
        assert failed
        assert failed.description in sentence


def test_an_expired_robot_is_good_for_nothing(library: Project):
    made = make(library, duration_days=2)
    by = signed_in(made)
    token = token_for(by, SCOPE)
    Robot.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(CredentialsRefused):
        signed_in(made)
    with pytest.raises(TokenRefused):
        sign_in.with_token(token)


def test_a_duration_counts_from_the_making_and_none_is_as_the_setting_says(library: Project):
    configuration.set("robot_token_duration", 12, by=SYSTEM)
    usual, endless = make(library).robot, make(library, name="endless", duration_days=-1).robot
    assert (usual.duration_days, endless.duration_days, endless.expires_at) == (12, -1, None)
    Robot.objects.update(created_at=timezone.now() - timedelta(days=5))
    for robot in (usual, endless):
        change(robot, [grant(library)], duration_days=7)
        robot.refresh_from_db()
        assert robot.expires_at == robot.created_at + timedelta(days=7)


def test_a_rotation_keeps_the_old_secret_for_a_while_and_ends_no_push(library: Project):
    made = make(library)
    token = token_for(signed_in(made), SCOPE)
    newer = robots.refresh(made.robot, keep_old_for_hours=1, by=SYSTEM)
    assert signed_in(made).kind == signed_in(newer).kind == "robot"
    assert sign_in.with_token(token).kind == "robot"
    sign_in.forget()
    by_old, by_new = signed_in(made), signed_in(newer)
    assert newer.robot.expires_at
    assert by_new.expires_at == newer.robot.expires_at.timestamp()
    assert by_old.expires_at == pytest.approx(timezone.now().timestamp() + 3600, abs=30)
    Robot.objects.update(previous_until=timezone.now())
    sign_in.forget()
    assert signed_in(newer).kind == "robot"
    with pytest.raises(CredentialsRefused):
        signed_in(made)


def test_a_second_rotation_ends_the_first_secret_and_what_it_got(library: Project):
    first = make(library)
    token = token_for(signed_in(first), SCOPE)
    second = robots.refresh(first.robot, keep_old_for_hours=5, by=SYSTEM)
    third = robots.refresh(first.robot, keep_old_for_hours=5, by=SYSTEM)
    with pytest.raises(CredentialsRefused):
        signed_in(first)
    with pytest.raises(TokenRefused):
        sign_in.with_token(token)
    assert signed_in(second).kind == signed_in(third).kind == "robot"


@pytest.mark.parametrize("hours", [-1, 7 * 24 + 1])
def test_an_old_secret_is_kept_for_a_week_at_most(library: Project, hours: int):
    with pytest.raises(Invalid, match="0 to 168 hours"):
        robots.refresh(make(library).robot, keep_old_for_hours=hours, by=SYSTEM)


# What is recorded.


def test_each_change_is_recorded_without_a_secret(library: Project):
    made = make(library, secret="Canary-secret-1")
    newer = robots.refresh(made.robot, by=SYSTEM)
    change(made.robot, [grant(library)])
    robots.delete(made.robot, by=SYSTEM)
    rows = AuditRecord.objects.filter(resource_type="robot").order_by("pk")
    assert [row.operation for row in rows] == ["create", "update", "update", "delete"]
    assert {row.project_id for row in rows} == {library.pk}
    assert [row.description for row in rows] == [
        f"may repository:pull in project {library.pk}",
        "a new secret",
        f"enabled; may repository:pull in project {library.pk}",
        "",
    ]
    written = " ".join(str(vars(row)) for row in AuditRecord.objects.all())
    assert not any(secret in written for secret in (made.secret, newer.secret, made.robot.secret))


def test_a_deleted_robot_cannot_be_changed(library: Project):
    made = make(library)
    robots.delete(made.robot, by=SYSTEM)
    with pytest.raises(RobotUnknown):
        robots.refresh(made.robot, by=SYSTEM)


def test_a_grant_elsewhere_goes_with_its_project(library: Project):
    robot = make_robot("ops")
    grant_to(robot, "repository:pull", project=library)
    library.delete()
    assert robot_grants.of(robot) == []
