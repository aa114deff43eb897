"""The rows of people whom the directory knows."""

import pytest

from accounts import users
from accounts.identity import people
from accounts.models import User
from accounts.principals import SYSTEM

pytestmark = pytest.mark.django_db


def test_a_renewal_leaves_alone_what_an_admin_changes_at_this_moment():
    User.objects.create(username="alice", source=people.SOURCE, external_id="uid=alice")
    loaded = User.objects.get(username="alice")
    loaded.realname = "Alice, as the directory has her"
    users.disable(User.objects.get(username="alice"), by=SYSTEM)
    people.save(loaded)
    alice = User.objects.get(username="alice")
    assert (alice.realname, alice.is_active) == ("Alice, as the directory has her", False)
    assert alice.authorization_version == 2
