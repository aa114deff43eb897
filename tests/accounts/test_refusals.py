"""Refusals are kept, so that the id in a message opens the reasons: for those they are for, and for a while."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from accounts import audit, members, refusals
from accounts.exceptions import Invalid, NotAllowed, NotAuthenticated, Refusal, RefusalUnknown
from accounts.models import BuiltIn, Project, RefusalRecord
from accounts.permissions import require
from accounts.principals import ANONYMOUS, SYSTEM, Principal
from tests.factories.accounts import make_auditor, make_principal, make_project, make_sysadmin, member_of, user_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def library() -> Project:
    return make_project("library")


@pytest.fixture
def alice(library: Project) -> Principal:
    return member_of(library, BuiltIn.GUEST, username="alice")


def refused(by: Principal, action: str, project: Project | None, repository: str = "") -> Refusal:
    with pytest.raises(Refusal) as caught:
        require(by, action, project, repository=repository)
    return caught.value


def kept(by: Principal, action: str, project: Project | None, repository: str = "", resource: str = "") -> str:
    return refusals.keep(refused(by, action, project, repository), by=by, resource=resource)


def test_a_refusal_is_kept_with_its_reasons_and_circumstances(alice, library):
    with audit.context(client_address="192.0.2.7", request_id="abc-1"):
        number = kept(alice, "repository:push", library, "library/app", "PUT /v2/library/app/manifests/1")
    record = refusals.get(number, by=alice)
    assert (record.principal, record.action, record.project_id) == ("alice", "repository:push", library.pk)
    assert (record.resource, record.client_address, record.request_id) == (
        "PUT /v2/library/app/manifests/1", "192.0.2.7", "abc-1",
    )  # fmt: skip
    assert record.message.startswith("alice may not push to library/app: guest in project library")
    assert [reason["says"] for reason in record.reasons] == ["asks as user", "guest", "does not allow it"]


def test_the_id_stands_at_the_end_of_the_message():
    assert refusals.referring("no", "7f3k9qx") == "no (why: 7f3k9qx)"
    assert refusals.referring("no", "") == "no"


def test_the_same_question_within_a_minute_has_one_id(alice, library):
    first = kept(alice, "repository:push", library, "library/app")
    assert kept(alice, "repository:push", library, "library/app") == first
    assert kept(alice, "repository:push", library, "library/other") != first
    assert kept(member_of(library, BuiltIn.GUEST), "repository:push", library, "library/app") != first
    RefusalRecord.objects.update(at=timezone.now() - timedelta(seconds=61))
    assert kept(alice, "repository:push", library, "library/app") != first


def test_a_loop_that_asks_ever_new_things_fills_no_table(alice, library, monkeypatch):
    monkeypatch.setattr(refusals, "MOST_AN_HOUR", 3)
    ids = [kept(alice, "repository:push", library, f"library/app{number}") for number in range(5)]
    assert [bool(each) for each in ids] == [True, True, True, False, False]
    assert RefusalRecord.objects.count() == 3


def test_those_may_see_it_whom_it_concerns(alice, library):
    number = kept(alice, "repository:push", library, "library/app")
    admin = member_of(library, BuiltIn.PROJECT_ADMIN)
    for by in (alice, admin, make_sysadmin(), make_auditor()):
        assert refusals.get(number, by=by).pk == number
    others = (
        member_of(library, BuiltIn.MAINTAINER),
        member_of(make_project(), BuiltIn.PROJECT_ADMIN),
        make_principal(),
    )
    said = set()
    for by in others:
        for asked in (number, "bcdfghj", "x" * 500, ""):
            with pytest.raises(RefusalUnknown) as unknown:
                refusals.get(asked, by=by)
            said.add(str(unknown.value).replace(asked[:64], "X", 1))
    assert len([text for text in said if "no refusal X," in text]) == 1
    with pytest.raises(NotAuthenticated):
        refusals.get(number, by=ANONYMOUS)


def test_who_is_no_admin_any_more_sees_it_no_more(alice, library):
    number = kept(alice, "repository:push", library, "library/app")
    admin = member_of(library, BuiltIn.PROJECT_ADMIN)
    members.change(library.members.get(user=user_of(admin)), BuiltIn.MAINTAINER, by=SYSTEM)
    with pytest.raises(RefusalUnknown):
        refusals.get(number, by=admin)


def test_of_hidden_and_absent_projects_nothing_is_kept():
    vault = make_project("vault")
    bob = make_principal("bob")
    for project in (vault, None):
        assert kept(bob, "repository:pull", project, "vault/app") == ""
    assert not RefusalRecord.objects.exists()


def test_what_concerns_the_system_is_kept_without_a_project():
    bob = make_principal("bob")
    number = kept(bob, "system-user:create", None)
    assert refusals.get(number, by=bob).project_id is None
    with pytest.raises(RefusalUnknown):
        refusals.get(number, by=member_of(make_project(), BuiltIn.PROJECT_ADMIN))


@pytest.mark.parametrize("error", [Invalid("no"), NotAllowed("no right was asked for"), ValueError("ours")])
def test_other_refusals_are_not_kept(alice, error):
    assert refusals.keep(error, by=alice, resource="") == ""


def test_who_is_not_signed_in_gets_no_id(library):
    error = refused(ANONYMOUS, "repository:push", make_project(is_public=True))
    assert refusals.keep(error, by=ANONYMOUS, resource="") == ""
    assert not RefusalRecord.objects.exists()


def test_a_database_that_cannot_keep_it_changes_nothing(alice, library, caplog):
    error = refused(alice, "repository:push", library, "library/app")

    def fail(*_):
        raise OperationalError("database is locked")

    with connection.execute_wrapper(fail):
        assert refusals.keep(error, by=alice, resource="") == ""
    assert "was not kept" in caplog.text
    assert refusals.keep(error, by=alice, resource="a\0b" * 1000)


def test_after_a_month_it_is_forgotten(alice, library):
    old, young = (kept(alice, "repository:push", library, f"library/{name}") for name in ("old", "young"))
    RefusalRecord.objects.filter(pk=old).update(at=timezone.now() - timedelta(days=31))
    RefusalRecord.objects.filter(pk=young).update(at=timezone.now() - timedelta(days=29))
    assert refusals.purge() == 1
    assert RefusalRecord.objects.get().pk == young
