"""Upkeep that an admin asks for."""

import pytest

from accounts.exceptions import Invalid, NotAllowed
from accounts.models import AuditRecord, BuiltIn
from registry.exceptions import QueueUnknown
from registry.jobs import kinds, run
from registry.models import JobState
from registry.upkeep import orders
from tests.factories.accounts import make_project, make_sysadmin, member_of

pytestmark = pytest.mark.django_db


def test_a_system_admin_has_it_done_and_the_audit_log_says_so():
    admin = make_sysadmin()
    job = orders.order("fsck", {"usage": True}, by=admin)
    assert (job.arguments, job.principal) == ({"usage": True}, admin.key)
    run.run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.SUCCEEDED
    assert AuditRecord.objects.get(resource_type="job").resource == f"fsck {job.pk}"


def test_a_project_admin_may_not():
    with pytest.raises(NotAllowed):
        orders.order("fsck", by=member_of(make_project(), BuiltIn.PROJECT_ADMIN))


@pytest.mark.parametrize(
    ("kind", "arguments", "refusal"),
    [
        ("copy_artifacts", {}, QueueUnknown),
        ("make_coffee", {}, QueueUnknown),
        ("fsck", {"hash": "yes"}, Invalid),
        ("fsck", {"force": True}, Invalid),
        ("adopt", {"default_project": "NO NAME"}, Invalid),
    ],
)
def test_what_makes_no_sense_is_refused(kind, arguments, refusal):
    with pytest.raises(refusal):
        orders.order(kind, arguments, by=make_sysadmin())


def test_each_kind_that_may_be_asked_for_is_one():
    assert all(map(kinds.is_known, orders.SWITCHES))
