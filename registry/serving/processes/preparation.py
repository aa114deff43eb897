"""What must be true before the first request: settings that fit together, a port, tables, a library and an admin."""

import fcntl
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_urlsafe

from django.core.management import call_command
from django.db import OperationalError, connection

from accounts import configuration, profiles, projects, users
from accounts.exceptions import Refusal, UserExists
from accounts.models import User
from accounts.principals import SYSTEM
from accounts.tokens import keys
from registry import secrets
from registry.content import usage
from registry.env import BadValue, Environment
from registry.serving.processes import statics
from registry.serving.processes.greeting import ADMIN_PASSWORD

DATABASE_PATIENCE_SECONDS = 30
# A number of our own for PostgreSQL's advisory locks: instances that start at once take turns.
STARTING = 0x526F6164


def check(env: Environment) -> None:
    """Refuse, with a sentence, settings that cannot be served with."""
    if env.storage_url.startswith("memory:"):
        raise BadValue("STORAGE_URL: memory:// is for tests; its bytes are lost, and no two processes share them")
    if bool(env.tls_cert) != bool(env.tls_key):
        raise BadValue("ROADSTEAD_TLS_CERT and ROADSTEAD_TLS_KEY belong together: set both or none")
    try:
        for key, value in env.configuration.items():
            configuration.check(key, value)
    except Refusal as refusal:
        raise BadValue(f"CONFIG_OVERWRITE_JSON: {refusal}") from None
    if env.tls_cert:
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(env.tls_cert, env.tls_key)
        except (OSError, ssl.SSLError) as error:
            raise BadValue(f"ROADSTEAD_TLS_CERT and ROADSTEAD_TLS_KEY cannot be used: {error}") from None


def listen(address: tuple[str, int]) -> socket.socket:
    """The one listener. It is opened before anything is changed, so that a second `serve` changes nothing."""
    host, port = address
    try:
        family, kind, protocol, _, target = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(target)
        listener.listen(2048)
    except OSError as error:
        raise BadValue(f"ROADSTEAD_LISTEN: cannot listen on {host}:{port}: {error.strerror}") from None
    listener.set_inheritable(True)
    return listener


def prepare(env: Environment) -> bool:
    """Bring the database to where this program expects it. Instances that start at once take turns.
    Answers whether a password for the first admin was made now."""
    _wait_for_database()
    _require_durable()
    with _alone(env.data):
        call_command("migrate", verbosity=0, interactive=False)
        statics.gather()
        keys.signing()
        usage.open(projects.make_library(), by=SYSTEM)
        return _make_first_admin(env)


def _wait_for_database() -> None:
    """A database that starts beside us is given a while."""
    until = time.monotonic() + DATABASE_PATIENCE_SECONDS
    while True:
        try:
            connection.ensure_connection()
            return
        except OperationalError as error:
            if connection.vendor == "sqlite" or time.monotonic() > until:
                raise BadValue(f"DATABASE_URL: the database cannot be reached: {error}") from None
        time.sleep(0.5)


def _require_durable() -> None:
    """A database that acknowledges what a power cut then takes is not one to keep pushes in."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            cursor.execute(f"SHOW {setting}")
            if cursor.fetchone()[0] == "off":
                raise BadValue(f"DATABASE_URL: PostgreSQL runs with {setting}=off and would lose pushes at a power cut")


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [STARTING])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [STARTING])
        return
    with (data / "starting.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make_first_admin(env: Environment) -> bool:
    if User.objects.exists():
        return False
    try:
        users.make_first_admin(env.admin_password or secrets.keep(env.data / ADMIN_PASSWORD, _password()))
    except UserExists:
        return False
    except Refusal as refusal:
        raise BadValue(f"ROADSTEAD_ADMIN_PASSWORD: {refusal}") from None
    return not env.admin_password


def _password() -> str:
    """144 random bits, by chance of a form that the rules for passwords take."""
    while not profiles.PASSWORD.fullmatch(made := token_urlsafe(18)):
        pass
    return made
