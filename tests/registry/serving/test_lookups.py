"""The fast lane's questions to PostgreSQL."""

import asyncio

import pytest
from django.db import connection

from registry.content import hot
from registry.content.hot import HotManifest
from registry.serving import lookups
from registry.serving.lookups import PostgreSQLLookup, Unanswered
from tests.factories.registry import make_repository, push_image

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="of PostgreSQL alone; SQLite is asked in place"),
]


def test_many_at_once_each_get_their_answer():
    repository = make_repository()
    pushed = {tag: push_image(repository, tag).digest for tag in ("a", "b", "c")}

    async def ask_all() -> None:
        lookup = PostgreSQLLookup()
        tags = ["a", "b", "c", "none"] * 20
        rows = await asyncio.gather(*(lookup.ask(hot.manifest(repository.name, tag, None)) for tag in tags))
        assert [row and HotManifest.of(row).digest for row in rows] == [pushed.get(tag) for tag in tags]
        await lookup.close()

    asyncio.run(ask_all())


def test_a_cut_connection_is_told_and_made_anew():
    question = hot.manifest("no/such", "latest", None)

    async def ask_over_a_cut() -> None:
        lookup = PostgreSQLLookup()
        assert await lookup.ask(question) is None
        await asyncio.to_thread(cut_all_others)
        with pytest.raises(Unanswered):
            await lookup.ask(question)
        assert await lookup.ask(question) is None
        await lookup.close()

    asyncio.run(ask_over_a_cut())


def test_who_goes_away_takes_no_answer_from_the_others():
    question = hot.manifest("no/such", "latest", None)

    async def leave_one() -> None:
        lookup = PostgreSQLLookup()
        leaving, staying = (asyncio.create_task(lookup.ask(question)) for _ in range(2))
        await asyncio.sleep(0)
        leaving.cancel()
        assert await staying is None
        await lookup.close()

    asyncio.run(leave_one())


def test_a_database_that_stalls_is_given_up(monkeypatch):
    monkeypatch.setattr(lookups, "PATIENCE_SECONDS", 0.2)

    async def ask_something_long() -> None:
        lookup = PostgreSQLLookup()
        with pytest.raises(Unanswered):
            await lookup.ask(("SELECT pg_sleep(%s)", (5,)))
        assert await lookup.ask(hot.manifest("no/such", "latest", None)) is None
        await lookup.close()

    asyncio.run(ask_something_long())


def cut_all_others() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid()"
        )
    connection.close()
