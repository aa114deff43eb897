"""Every action for every role, member or not: the table of Harbor's roles, written down a second time."""

import pytest

from accounts import policy
from accounts.models import BuiltIn, Role
from accounts.permissions import may
from accounts.principals import ANONYMOUS, SYSTEM, Principal
from tests.factories.accounts import (
    add_member,
    make_principal,
    make_project,
    make_sysadmin,
    make_user,
    member_of,
    membership_of,
)

pytestmark = pytest.mark.django_db

# A project admin, M maintainer, D developer, G guest, L limited guest, P anyone on a public project
EXPECTED = """
project:delete              A-----
project:read                AMDGLP
project:update              A-----
accessory:list              AMDGLP
artifact:create             AMD---
artifact:delete             AM----
artifact:list               AMDGLP
artifact:read               AMDGLP
artifact-addition:read      AMDGLP
artifact-label:create       AMD---
artifact-label:delete       AMD---
configuration:read          AMDGL-
configuration:update        A-----
export-cve:create           AMD---
export-cve:list             AMD---
export-cve:read             AMD---
immutable-tag:create        AM----
immutable-tag:delete        AM----
immutable-tag:list          AM----
immutable-tag:update        AM----
label:create                AM----
label:delete                AM----
label:list                  AMDG-P
label:read                  AMDG-P
label:update                AM----
log:list                    A-----
member:create               A-----
member:delete               A-----
member:list                 AMDG--
member:read                 AMDG--
member:update               A-----
metadata:create             A-----
metadata:delete             A-----
metadata:read               AM----
metadata:update             A-----
notification-policy:create  A-----
notification-policy:delete  A-----
notification-policy:list    AM----
notification-policy:read    AM----
notification-policy:update  A-----
preheat-policy:create       A-----
preheat-policy:delete       A-----
preheat-policy:list         A-----
preheat-policy:read         A-----
preheat-policy:update       A-----
quota:read                  AMDGL-
repository:create           AMD---
repository:delete           AM----
repository:list             AMDGLP
repository:pull             AMDGLP
repository:push             AMD---
repository:read             AMDGL-
repository:update           AMD---
robot:create                A-----
robot:delete                A-----
robot:list                  AMDG--
robot:read                  AMDG--
robot:update                A-----
sbom:create                 AM----
sbom:read                   AMDGL-
sbom:stop                   AM----
scan:create                 AM----
scan:read                   AMDGLP
scan:stop                   AM----
scanner:create              A-----
scanner:read                AMDGLP
tag:create                  AMD---
tag:delete                  AM----
tag:list                    AMDGLP
tag-retention:create        AMD---
tag-retention:delete        AMD---
tag-retention:list          AMD---
tag-retention:operate       AMD---
tag-retention:read          AMD---
tag-retention:update        AMD---
"""
LETTERS = {
    "A": BuiltIn.PROJECT_ADMIN,
    "M": BuiltIn.MAINTAINER,
    "D": BuiltIn.DEVELOPER,
    "G": BuiltIn.GUEST,
    "L": BuiltIn.LIMITED_GUEST,
}
ROWS = dict(line.split() for line in EXPECTED.strip().splitlines())


def allowed_to(by: Principal, project) -> set[str]:
    return {action for action in ROWS if may(by, action, project)}


def granted(letters: str) -> set[str]:
    return {action for action, row in ROWS.items() if set(letters) & set(row)}


def test_the_table_knows_these_actions_and_no_others():
    assert policy.POLICY.keys() == ROWS.keys()


def test_the_roles_come_to_the_letters_of_the_article():
    letters = {role: policy.letters_of(policy.actions_of(Role(pk=role))) for role in BuiltIn}
    assert letters[BuiltIn.PROJECT_ADMIN] == "MDRWS"
    assert letters[BuiltIn.DEVELOPER] == "RWS"
    assert letters[BuiltIn.GUEST] == "RS"


@pytest.mark.parametrize("letter", LETTERS)
def test_a_role_allows_in_a_private_project_what_the_table_says(letter):
    project = make_project()
    assert allowed_to(member_of(project, LETTERS[letter]), project) == granted(letter)


@pytest.mark.parametrize("letter", LETTERS)
def test_a_role_allows_in_a_public_project_what_anyone_may_too(letter):
    project = make_project(is_public=True)
    assert allowed_to(member_of(project, LETTERS[letter]), project) == granted(letter + "P")


@pytest.mark.parametrize("is_public", [True, False])
def test_who_is_no_member_may_do_in_a_project_what_anyone_may(is_public):
    project = make_project(is_public=is_public)
    other = make_project()
    stranger = make_user()
    add_member(other, stranger, BuiltIn.PROJECT_ADMIN)
    expected = granted("P") if is_public else set()
    assert allowed_to(make_principal(), project) == expected
    assert allowed_to(ANONYMOUS, project) == expected


def test_a_system_admin_and_the_system_itself_may_do_all():
    project = make_project()
    assert allowed_to(make_sysadmin(), project) == set(ROWS)
    assert allowed_to(SYSTEM, project) == set(ROWS)


@pytest.mark.parametrize("action", sorted(policy.SYSTEM))
def test_only_system_admins_may_do_what_is_theirs(action):
    admin_of_a_project = member_of(make_project(), BuiltIn.PROJECT_ADMIN)
    assert may(make_sysadmin(), action, None)
    assert not may(admin_of_a_project, action, None)
    assert not may(ANONYMOUS, action, None)


@pytest.mark.parametrize("action", sorted(policy.SIGNED_IN))
def test_some_things_take_only_a_sign_in(action):
    assert may(make_principal(), action, None)
    assert not may(ANONYMOUS, action, None)


@pytest.mark.parametrize("action", ["repository:pul", "", "pull", "repository"])
def test_an_unknown_action_is_a_mistake_of_ours_and_no_refusal(action):
    with pytest.raises(KeyError):
        may(make_sysadmin(), action, make_project())


def test_a_role_taken_away_is_gone_at_the_next_question():
    project = make_project()
    by = member_of(project, BuiltIn.DEVELOPER)
    assert may(by, "repository:push", project)
    membership_of(by).delete()
    assert not may(by, "repository:push", project)
