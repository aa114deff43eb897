"""What people read who may not: what is missing and who can grant it, and nothing of what is hidden."""

import pytest

from accounts import wording
from accounts.exceptions import NotAllowed, NotAuthenticated, ProjectUnknown, Refusal, TokenTooNarrow
from accounts.models import BuiltIn
from accounts.permissions import explain, may, require
from accounts.principals import ANONYMOUS, SYSTEM
from accounts.sign_in import with_token
from tests.factories.accounts import make_principal, make_project, make_sysadmin, member_of, token_for

pytestmark = pytest.mark.django_db


def refusal(by, action, project, repository="") -> Refusal:
    with pytest.raises(Refusal) as caught:
        require(by, action, project, repository=repository)
    return caught.value


def test_a_guest_who_pushes_reads_which_role_it_has_and_who_can_change_that():
    library = make_project("library")
    alice = member_of(library, BuiltIn.GUEST, username="alice")
    refused = refusal(alice, "repository:push", library, "library/app")
    assert type(refused) is NotAllowed
    assert str(refused) == (
        "alice may not push to library/app: guest in project library allows pull; "
        "a project admin of library can change that"
    )


def test_a_developer_who_deletes_reads_all_that_the_role_allows():
    library = make_project("library")
    dora = member_of(library, BuiltIn.DEVELOPER, username="dora")
    assert "developer in project library allows pull and push" in str(
        refusal(dora, "artifact:delete", library, "library/app")
    )


def test_who_is_no_member_of_a_public_project_reads_what_anyone_may():
    library = make_project("library", is_public=True)
    refused = refusal(make_principal("bob"), "repository:push", library, "library/app")
    assert type(refused) is NotAllowed
    assert str(refused) == (
        "bob may not push to library/app: anyone may pull in project library, but more takes a role there; "
        "a project admin of library can change that"
    )


def test_who_is_not_signed_in_reads_how_to_sign_in():
    library = make_project("library", is_public=True)
    refused = refusal(ANONYMOUS, "repository:push", library, "library/app")
    assert type(refused) is NotAuthenticated
    assert str(refused) == "anonymous may not push to library/app: sign in first (docker login)"


@pytest.mark.parametrize("action", ["repository:pull", "repository:push", "artifact:delete", "member:create"])
def test_a_hidden_project_and_an_absent_one_are_refused_in_the_same_words(action):
    hidden_project = make_project("vault")
    for by in (make_principal("bob"), ANONYMOUS, member_of(make_project(), BuiltIn.PROJECT_ADMIN)):
        there = refusal(by, action, hidden_project, "vault/app")
        absent = refusal(by, action, None, "vault/app")
        assert (type(there), str(there), there.reasons) == (type(absent), str(absent), absent.reasons)
        assert str(there) == wording.hidden("vault/app", by=by)


def test_a_system_admin_is_told_that_a_project_is_absent():
    refused = refusal(make_sysadmin(), "repository:pull", None, "vault/app")
    assert type(refused) is ProjectUnknown
    assert str(refused) == "there is no project vault"
    assert not may(SYSTEM, "repository:pull", None, repository="vault/app")


def test_what_only_a_system_admin_may_is_said_to_be_so():
    assert str(refusal(make_principal("bob"), "system-user:create", None)) == (
        "bob may not create users: only a system admin may"
    )
    assert type(refusal(ANONYMOUS, "system-user:create", None)) is NotAuthenticated


def test_a_token_narrows_to_what_it_carries():
    library = make_project("library")
    mona = member_of(library, BuiltIn.MAINTAINER, username="mona")
    narrowed = with_token(token_for(mona, "repository:library/app:pull"))
    assert may(narrowed, "repository:pull", library, repository="library/app")
    for action, repository in [
        ("repository:push", "library/app"),
        ("tag:delete", "library/app"),
        ("repository:pull", "library/other"),
        ("repository:pull", ""),
        ("member:list", "library/app"),
    ]:
        refused = refusal(narrowed, action, library, repository)
        assert type(refused) is TokenTooNarrow, action
    assert "mona may not push to library/app with this token" in str(
        refusal(narrowed, "repository:push", library, "library/app")
    )


def test_a_token_adds_nothing_to_a_role():
    library = make_project("library")
    mona = member_of(library, BuiltIn.MAINTAINER)
    narrowed = with_token(token_for(mona, "repository:library/app:pull,push"))
    library.members.update(role_id=BuiltIn.GUEST)
    assert type(refusal(narrowed, "repository:push", library, "library/app")) is NotAllowed


def test_a_registry_token_is_good_for_no_management_even_of_a_system_admin():
    library = make_project("library")
    narrowed = with_token(token_for(make_sysadmin(), "repository:library/app:pull,push,delete", "registry:catalog:*"))
    assert may(narrowed, "system-catalog:read", None)
    for action in ("system-user:create", "system-configuration:update", "project:create", "self:update"):
        assert type(refusal(narrowed, action, None)) is TokenTooNarrow
    assert type(refusal(narrowed, "project:delete", library)) is TokenTooNarrow


def test_an_explanation_names_who_as_what_and_the_rule():
    library = make_project("library")
    alice = member_of(library, BuiltIn.GUEST, username="alice")
    explanation = explain(alice, "repository:push", library, repository="library/app")
    assert not explanation.allowed
    assert [(reason.subject, reason.says) for reason in explanation.reasons] == [
        ("alice", "asks as user"),
        ("library", "guest"),
        ("repository:push", "does not allow it"),
    ]
    assert explain(alice, "repository:pull", library, repository="library/app").allowed
