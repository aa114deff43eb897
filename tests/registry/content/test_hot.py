"""The questions of most requests, asked by Django's connection."""

import psycopg
import pytest
from django.db import OperationalError, connection

from registry.content import hot


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no connection that could be cut")
def test_a_cut_connection_is_told_as_any_other_query_tells_it():
    question = hot.manifest("no/such", "latest", None)
    assert hot.ask(question) is None
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}) as another:
        another.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    with pytest.raises(OperationalError):
        hot.ask(question)
    connection.close_if_unusable_or_obsolete()
    assert hot.ask(question) is None
