"""Personal access tokens: how they sign in, how far they go, and that they end at once."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts import access_token_limits, access_token_secrets, access_tokens, members, projects, sign_in, users
from accounts.access_token_limits import PRESETS
from accounts.access_tokens import Made
from accounts.exceptions import AccessTokenUnknown, CredentialsRefused, NotAllowed, TokenRefused
from accounts.models import AccessToken, AuditRecord, BuiltIn, Project, User
from accounts.permissions import may, require
from accounts.principals import SYSTEM, Grant, Principal, of_robot
from tests.factories.accounts import (
    add_member,
    make_project,
    make_robot,
    make_sysadmin,
    make_user,
    member_of,
    membership_of,
    token_for,
    user_of,
)

pytestmark = pytest.mark.django_db

SCOPE = "repository:library/app:pull,push,delete"


@pytest.fixture
def library() -> Project:
    return make_project("library")


@pytest.fixture
def alice(library: Project) -> Principal:
    return member_of(library, BuiltIn.PROJECT_ADMIN, username="alice")


def make(by: Principal, *limit: tuple[str, str], name: str = "ci", **more: Any) -> Made:
    """A token with these scopes (project, access); without any, for everything."""
    parts = [access_token_limits.make(project, preset, [], by=by) for project, preset in limit]
    return access_tokens.create(name, limit=parts or None, by=by, **more)


def signed_in(made: Made, username: str = "alice") -> Principal:
    return sign_in.with_password(username, made.secret)


def allowed(by: Principal, project: Project, actions: Sequence[str]) -> list[str]:
    return [action for action in actions if may(by, action, project, repository=f"{project.name}/app")]


# The secret.


def test_a_secret_is_random_checked_and_kept_as_a_hash_alone(alice: Principal):
    made = [make(alice, name=str(number)) for number in range(20)]
    assert len({each.secret for each in made}) == len({each.token.key for each in made}) == 20
    for each in made:
        assert each.secret.startswith("rsp_" + each.token.key)
        assert access_token_secrets.key_of(each.secret) == each.token.key
        assert each.secret not in repr(each)
        assert each.secret[14:] not in str(vars(each.token))


def test_a_typo_is_told_from_a_wrong_token(alice: Principal):
    secret = make(alice).secret
    for number, character in enumerate(secret):
        mistyped = secret[:number] + ("x" if character != "x" else "y") + secret[number + 1 :]
        if access_tokens.is_secret(mistyped):
            with pytest.raises(CredentialsRefused, match="mistyped or cut off"):
                access_tokens.authenticate("alice", mistyped)
    with pytest.raises(CredentialsRefused, match="mistyped or cut off"):
        access_tokens.authenticate("alice", secret[:-2])
    assert access_tokens.authenticate("alice", access_token_secrets.generate()) is None


def test_a_typo_locks_nobody_out(alice: Principal):
    secret = make(alice).secret
    for _ in range(20):
        with pytest.raises(CredentialsRefused, match="mistyped"):
            sign_in.with_password("alice", secret[:-1], client_address="192.0.2.1")
    assert sign_in.with_password("alice", secret, client_address="192.0.2.1").name == "alice"


def test_a_key_that_fits_is_not_enough(alice: Principal):
    made = make(alice)
    forged = access_token_secrets.with_checksum(made.secret[:14] + "a" * 43)
    assert access_token_secrets.key_of(forged) == made.token.key
    assert access_tokens.authenticate("alice", forged) is None


# Who it makes of its bearer.


def test_a_token_is_its_user_by_name_and_by_itself(alice: Principal):
    made = make(alice, duration_days=5)
    for by in (signed_in(made), signed_in(made, "ALICE"), sign_in.with_access_token(made.secret)):
        assert (by.key, by.name, by.access_token_id) == (alice.key, "alice", made.token.pk)
        assert (by.limit, by.via) == (None, "access token ci")
        assert made.token.expires_at
        assert by.expires_at == made.token.expires_at.timestamp()


def test_a_token_of_a_person_of_a_directory_needs_no_directory(alice: Principal):
    made = make(alice)
    User.objects.filter(username=alice.name).update(source="ldap", password="!")
    assert signed_in(made).key == alice.key


def test_a_token_is_nobody_else(alice: Principal):
    made = make(alice)
    make_user("bob")
    for username in ("bob", "nobody", "", "alice ", "robot$ci"):
        with pytest.raises(CredentialsRefused):
            signed_in(made, username)


def test_a_sign_in_is_recorded_once_a_minute_with_the_tokens_name_and_never_its_secret(alice: Principal):
    made = make(alice, name="laptop")
    for _ in range(3):
        sign_in.with_password("alice", made.secret, client_address="192.0.2.7")
        sign_in.with_access_token(made.secret, client_address="192.0.2.7")
    record = AuditRecord.objects.get(operation="login")
    assert (record.principal, record.via, record.client_address) == ("alice", "access token laptop", "192.0.2.7")
    assert made.secret not in str(vars(record))


def test_the_last_use_is_written_once_a_minute_with_its_address(alice: Principal):
    made = make(alice)
    access_tokens.authenticate("alice", made.secret, client_address="192.0.2.7")
    made.token.refresh_from_db()
    used_at = made.token.last_used_at
    assert used_at
    access_tokens.authenticate("alice", made.secret, client_address="192.0.2.8")
    made.token.refresh_from_db()
    assert (made.token.last_used_at, made.token.last_used_from) == (used_at, "192.0.2.7")


# How far it goes.


def test_presets_follow_the_letters_of_the_table():
    assert "repository:pull" in PRESETS["pull"] & PRESETS["push"] & PRESETS["read"]
    assert "tag:list" in PRESETS["pull"] & PRESETS["push"] & PRESETS["read"]
    assert {"repository:push", "artifact:create", "tag:create"} <= PRESETS["push"] - PRESETS["pull"] - PRESETS["read"]
    for name in ("pull", "push", "read"):
        assert not {"artifact:delete", "member:create", "robot:create", "self:update", "project:delete"} & PRESETS[name]
    assert {"system-user:list", "member:list", "log:list"} <= PRESETS["read"]


def test_a_token_goes_no_further_than_its_scope(alice: Principal, library: Project):
    other = make_project("other")
    add_member(other, user_of(alice), BuiltIn.PROJECT_ADMIN)
    asked = ("repository:pull", "repository:push", "artifact:delete", "member:create", "robot:create")
    for limit, in_library, elsewhere in [
        ([("library", "pull")], asked[:1], ()),
        ([("library", "push")], asked[:2], ()),
        ([("library", "read")], asked[:1], ()),
        ([("library", "all")], asked, ()),
        ([("*", "pull")], asked[:1], asked[:1]),
        ([("library", "push"), ("*", "pull")], asked[:2], asked[:1]),
        ([("*", "all")], asked, asked),
        ([], asked, asked),
    ]:
        made = make(alice, *limit, name=str(limit))
        by = signed_in(made)
        assert allowed(by, library, asked) == [*in_library], limit
        assert allowed(by, other, asked) == [*elsewhere], limit


def test_a_token_shows_no_project_but_its_own_and_the_public_ones(alice: Principal, library: Project):
    hidden, pub = make_project("hidden"), make_project("pub", is_public=True)
    add_member(hidden, user_of(alice), BuiltIn.PROJECT_ADMIN)
    by = signed_in(make(alice, ("library", "pull")))
    assert {*projects.visible_to(by)} == {library, pub}
    assert {*projects.visible_to(signed_in(make(alice, ("*", "pull"), name="all")))} == {library, pub, hidden}
    assert {*projects.visible_to(signed_in(make(make_sysadmin("root"), ("library", "pull")), "root"))} == {library, pub}
    said = set()
    for who in (by, signed_in(make(make_sysadmin("ruth"), ("library", "pull")), "ruth")):
        for name in ("hidden", "absent"):
            with pytest.raises(NotAllowed) as refused:
                projects.get(name, by=who)
            said.add(str(refused.value).replace(name, ""))
            with pytest.raises(NotAllowed) as refused:
                require(who, "repository:pull", projects.find(name), repository=f"{name}/app")
            said.add(str(refused.value).replace(f"{name}/app", ""))
    assert said == {" does not exist, or is not what this access token is good for"}


def test_a_token_for_the_system_alone_shows_no_project_but_the_public_ones(library: Project):
    pub, root = make_project("pub", is_public=True), make_sysadmin("root")
    limit = [access_token_limits.make("*", "", ["system-user:list"], by=root)]
    by = sign_in.with_password("root", access_tokens.create("users", limit=limit, by=root).secret)
    assert may(by, "system-user:list", None)
    assert {*projects.visible_to(by)} == {pub}
    with pytest.raises(NotAllowed):
        projects.get("library", by=by)


def test_a_token_goes_no_further_than_its_user(library: Project):
    gus = member_of(library, BuiltIn.GUEST, username="gus")
    by = signed_in(make(gus, ("*", "all")), "gus")
    assert allowed(by, library, ["repository:pull", "repository:push", "member:create"]) == ["repository:pull"]
    assert not may(by, "system-user:list", None)


def test_a_system_admins_token_that_only_reads_changes_nothing(library: Project):
    root = make_sysadmin("root")
    by = signed_in(make(root, ("*", "read")), "root")
    assert may(by, "system-user:list", None)
    assert allowed(by, library, ["repository:pull", "log:list"]) == ["repository:pull", "log:list"]
    for action in ("system-user:create", "system-configuration:update", "self:update", "project:create"):
        assert not may(by, action, None), action
    assert allowed(by, library, ["repository:push", "member:create", "project:delete"]) == []


def test_a_registry_token_carries_what_the_access_token_is_good_for(alice: Principal, library: Project):
    by = signed_in(make(alice, ("library", "pull")))
    bearer = sign_in.with_token(token_for(by, SCOPE))
    assert [sorted(entry.actions) for entry in bearer.access or ()] == [["pull"]]
    assert bearer.access_token_id == by.access_token_id
    assert allowed(bearer, library, ["repository:pull", "repository:push"]) == ["repository:pull"]


def test_a_token_makes_none_that_is_good_for_more_or_lives_longer(alice: Principal, library: Project):
    other = make_project("other")
    add_member(other, user_of(alice), BuiltIn.PROJECT_ADMIN)
    own = Grant(frozenset({"self:update"}), covers_all_projects=True)
    pull = access_token_limits.make("library", "pull", [], by=alice)
    narrow = signed_in(access_tokens.create("narrow", limit=[own, pull], duration_days=10, by=alice))
    assert make(narrow, ("library", "pull"), name="same", duration_days=9).secret
    for number, (limit, days) in enumerate(
        [
            ([], 9),
            ([("library", "push")], 9),
            ([("other", "pull")], 9),
            ([("*", "pull")], 9),
            ([("library", "pull")], 11),
            ([("library", "pull")], -1),
        ]
    ):
        with pytest.raises(
            NotAllowed, match=r"good for more than itself|may not outlive it|is not what this access token is good for"
        ):
            make(narrow, *limit, name=str(number), duration_days=days)


def test_a_token_without_the_right_to_change_the_account_makes_none(alice: Principal):
    with pytest.raises(NotAllowed, match="good for less"):
        make(signed_in(make(alice, ("*", "push"))), ("*", "pull"), name="more")


def test_a_robot_has_none():
    with pytest.raises(NotAllowed, match="a robot has no access tokens"):
        access_tokens.create("x", by=of_robot(make_robot(), "robot$x"))


# That it ends at once.

ENDS = {
    "is revoked": lambda token: access_tokens.revoke(token.user, token.pk, by=SYSTEM),
    "loses its user to a disabling": lambda token: users.disable(token.user, by=SYSTEM),
    "loses its user": lambda token: token.user.delete(),
    "expires": lambda _: AccessToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1)),
}


@pytest.mark.parametrize("ends", ENDS.values(), ids=ENDS)
def test_a_token_is_worthless_once_it(alice: Principal, ends: Any):
    made = make(alice)
    token = token_for(signed_in(made), SCOPE)
    assert sign_in.with_token(token).name == "alice"
    ends(made.token)
    with pytest.raises(TokenRefused):
        sign_in.with_token(token)
    with pytest.raises(CredentialsRefused):
        signed_in(made)
    with pytest.raises(CredentialsRefused):
        sign_in.with_access_token(made.secret)


def test_who_shows_a_token_is_told_why_it_is_worthless(alice: Principal):
    made = make(alice)
    AccessToken.objects.update(expires_at=datetime(2026, 1, 31, 12, tzinfo=UTC))
    with pytest.raises(CredentialsRefused, match="ci of alice has expired at 2026-01-31 12:00 UTC; make another"):
        signed_in(made)
    with pytest.raises(CredentialsRefused, match="this access token is another user's"):
        signed_in(made, "bob")
    users.disable(made.token.user, by=SYSTEM)
    with pytest.raises(CredentialsRefused, match="is worth nothing while its user is disabled"):
        sign_in.with_access_token(made.secret)


def test_a_token_follows_the_roles_of_its_user(alice: Principal, library: Project):
    made = make(alice)
    assert allowed(signed_in(made), library, ["repository:push"])
    members.remove(membership_of(alice), by=SYSTEM)
    assert not allowed(signed_in(made), library, ["repository:push"])


def test_a_new_password_leaves_the_tokens(alice: Principal):
    made = make(alice)
    users.set_password(user_of(alice), "Another-Horse-2", by=SYSTEM)
    assert signed_in(made).name == "alice"


def test_nobody_revokes_anothers(alice: Principal):
    made = make(alice)
    bob = make_user("bob")
    with pytest.raises(NotAllowed):
        access_tokens.revoke(made.token.user, made.token.pk, by=sign_in.with_password("bob", "Correct-Horse-1"))
    with pytest.raises(AccessTokenUnknown):
        access_tokens.revoke(bob, made.token.pk, by=SYSTEM)


# A09: the secret is in no record.


def test_each_change_and_sign_in_is_recorded_without_the_secret(alice: Principal, caplog: pytest.LogCaptureFixture):
    made = make(alice)
    signed_in(made)
    for spoilt in (made.secret[:-1], access_token_secrets.generate()):
        with pytest.raises(CredentialsRefused):
            sign_in.with_password("alice", spoilt)
    access_tokens.revoke(made.token.user, made.token.pk, by=alice)
    rows = AuditRecord.objects.filter(resource_type="access token").order_by("pk")
    assert [(row.operation, row.resource) for row in rows] == [("create", "ci of alice"), ("delete", "ci of alice")]
    written = caplog.text + " ".join(str(vars(row)) for row in AuditRecord.objects.all())
    assert made.secret[14:40] not in written
