"""The reads that most requests are: a manifest, a blob or a list of tags, each by one query that also tells what
a token's rights depend on. The views ask through Django's connection, the fast lane through its own.

A `Question` is SQL with %s marks and its values; `of` makes the answer of the row it gives."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import psycopg
from django.db import connection

from accounts.tokens.jwt import Bearer

Question = tuple[str, tuple[str | int, ...]]
Row = tuple[Any, ...]

# The authorization version of each kind of bearer, while it is good for anything.
_VERSIONS = {
    "user": "SELECT u.authorization_version FROM accounts_user u WHERE u.id = %s AND u.is_active",
    "robot": "SELECT u.authorization_version FROM accounts_robot u WHERE u.id = %s AND NOT u.is_disabled",
    "access_token": """SELECT u.authorization_version FROM accounts_accesstoken t
        JOIN accounts_user u ON u.id = t.user_id AND u.is_active WHERE t.id = %s""",
}
_PLACE = "FROM registry_repository r JOIN accounts_project p ON p.id = r.project_id"


@dataclass(frozen=True, slots=True)
class Rights:
    """What the rights in a token are compared with: they stand while nothing here has changed.
    `version` is the bearer's, None where nobody was asked about, or who was is gone or disabled."""

    project_id: int
    project_version: int
    version: int | None


@dataclass(frozen=True, slots=True)
class HotRepository:
    id: int
    rights: Rights

    @classmethod
    def of(cls, row: Row) -> "HotRepository":
        return cls(row[0], Rights(*row[1:4]))


@dataclass(frozen=True, slots=True)
class HotManifest:
    """`tag_id` is the tag's number where one was asked for."""

    digest: str
    media_type: str
    payload: bytes
    repository_id: int
    artifact_id: int
    tag_id: int | None
    rights: Rights

    @classmethod
    def of(cls, row: Row) -> "HotManifest":
        return cls(row[0], row[1], bytes(row[2]), row[3], row[4], row[5], Rights(*row[6:9]))


@dataclass(frozen=True, slots=True)
class HotBlob:
    digest: str
    size: int
    rights: Rights

    @classmethod
    def of(cls, row: Row) -> "HotBlob":
        return cls(row[0], row[1], Rights(*row[2:5]))


_REPOSITORY = f"SELECT r.id, $rights {_PLACE} WHERE r.name = %s"
_BY_TAG = f"""
    SELECT m.digest, m.media_type, m.payload, r.id, a.id, t.id, $rights {_PLACE}
    JOIN registry_tag t ON t.repository_id = r.id AND t.name = %s
    JOIN registry_artifact a ON a.id = t.artifact_id AND a.deleted_at IS NULL
    JOIN registry_manifest m ON m.id = a.manifest_id
    WHERE r.name = %s
"""
_BY_DIGEST = f"""
    SELECT m.digest, m.media_type, m.payload, r.id, a.id, NULL, $rights {_PLACE}
    JOIN registry_artifact a ON a.repository_id = r.id AND a.digest = %s AND a.deleted_at IS NULL
    JOIN registry_manifest m ON m.id = a.manifest_id
    WHERE r.name = %s
"""
_BLOB = f"""
    SELECT b.digest, b.size, $rights {_PLACE}
    JOIN registry_blob b ON b.digest = %s AND b.state = 'live'
    JOIN registry_bloblink l ON l.repository_id = r.id AND l.blob_id = b.id
    WHERE r.name = %s
"""


def repository(name: str, bearer: Bearer | None) -> Question:
    """A repository; gives a row for HotRepository.of, or none."""
    return _question(_REPOSITORY, bearer, name)


def manifest(name: str, reference: str, bearer: Bearer | None) -> Question:
    """The manifest that a tag or digest names; gives a row for HotManifest.of, or none."""
    return _question(_BY_DIGEST if ":" in reference else _BY_TAG, bearer, reference, name)


def blob(name: str, digest: str, bearer: Bearer | None) -> Question:
    """A LIVE blob that the repository may show; gives a row for HotBlob.of, or none."""
    return _question(_BLOB, bearer, digest, name)


def _question(sql: str, bearer: Bearer | None, *values: str) -> Question:
    if bearer is None or bearer.id is None:
        return _with_rights(sql, ""), values
    return _with_rights(sql, bearer.kind), (bearer.id, *values)


@lru_cache(maxsize=32)
def _with_rights(sql: str, kind: str) -> str:
    version = f"({_VERSIONS[kind]})" if kind else "NULL"
    return sql.replace("$rights", f"p.id, p.authorization_version, {version}")


def ask(question: Question) -> Row | None:
    """The answer by Django's connection."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Django writes the values into the SQL, so that PostgreSQL plans it anew each time, which takes
            # three times as long as answering it. Prepared, it is planned once a connection.
            prepared = psycopg.Cursor[Row](connection.connection)
            with connection.wrap_database_errors:
                return prepared.execute(*question, prepare=True).fetchone()
        cursor.execute(*question)
        row: Row | None = cursor.fetchone()
        return row
