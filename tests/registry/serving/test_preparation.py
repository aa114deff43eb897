"""What a start refuses of a database."""

import pytest
from django.db import connection

from registry.env import BadValue
from registry.serving.processes import preparation

pytestmark = pytest.mark.django_db


def test_a_database_that_forgets_at_a_power_cut_is_refused():
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous")
            assert cursor.fetchone() == (2,)  # FULL
            cursor.execute("PRAGMA journal_mode")
            assert cursor.fetchone() == ("wal",)
        return
    preparation._require_durable()
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    with pytest.raises(BadValue, match="synchronous_commit"):
        preparation._require_durable()
    with connection.cursor() as cursor:
        cursor.execute("RESET synchronous_commit")
