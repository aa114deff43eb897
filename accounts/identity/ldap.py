"""Signing in by the directory: django-auth-ldap searches and binds, with the settings of this very moment."""

import logging
from contextlib import suppress
from contextvars import ContextVar
from typing import Any

import ldap as protocol
from django_auth_ldap.backend import LDAPBackend, ldap_error
from django_auth_ldap.config import LDAPSettings

from accounts.exceptions import Invalid
from accounts.identity import people
from accounts.identity.directory import line, membership
from accounts.identity.directory.connection import Connection, Entry
from accounts.identity.directory.exceptions import DirectoryFailed, explained
from accounts.identity.directory.settings import DirectorySettings
from accounts.models import User

logger = logging.getLogger(__name__)
_asked: ContextVar[DirectorySettings] = ContextVar("directory_settings")


class DirectoryBackend(LDAPBackend):  # type: ignore[misc]
    """django-auth-ldap with our settings and our rows, for one sign-in."""

    def __init__(self, directory: DirectorySettings) -> None:
        self.directory = directory
        self._settings: LDAPSettings | None = None

    @property
    def settings(self) -> LDAPSettings:
        if self._settings is None:
            directory = self.directory
            wanted = LDAPSettings("UNUSED_LDAP_", {})
            wanted.SERVER_URI = directory.url
            wanted.BIND_DN = directory.text("ldap_search_dn")
            wanted.BIND_PASSWORD = directory.text("ldap_search_password")
            wanted.START_TLS = directory.flag("ldap_start_tls") and directory.url.startswith("ldap://")
            wanted.CONNECTION_OPTIONS = directory.options()
            wanted.USER_SEARCH = directory.people(f"({directory.uid}=%(user)s)")
            wanted.PERMIT_EMPTY_PASSWORD = False
            self._settings = wanted
        return self._settings

    def authenticate_ldap_user(self, ldap_user: Any, password: str) -> User | None:
        """Their password first, then their groups; and in the end the connection is closed, whatever came of it."""
        try:
            user: User | None = ldap_user.authenticate(password)
            if user is not None:
                connection = Connection(self.directory, ldap_user.connection)
                people.settle_groups(user, membership.of(entry_of(ldap_user), connection), self.directory)
            return user
        finally:
            if ldap_user._connection is not None:
                with suppress(protocol.LDAPError):  # it may be gone already
                    ldap_user._connection.unbind_s()

    def get_or_build_user(self, username: str, ldap_user: Any) -> tuple[User, bool]:  # noqa: ARG002
        try:
            user = people.row_for(entry_of(ldap_user), self.directory)
        except Invalid as refusal:
            raise ldap_user.AuthenticationFailed(str(refusal)) from None
        if not user.is_active:
            raise ldap_user.AuthenticationFailed(f"{user.username} is disabled here")
        return people.save(user), False


def authenticate(username: str, password: str) -> User | None:
    """The active user whose password this is by the directory, with the groups that it has them in now. None
    also while the directory does not answer: the log says so, and the trace of a sign-in."""
    directory = DirectorySettings.now()
    if not directory.text("ldap_url") or not password:
        return None
    token = _asked.set(directory)
    try:
        with line.conversation():
            user: User | None = DirectoryBackend(directory).authenticate(None, username=username, password=password)
            return user
    except DirectoryFailed as failure:
        logger.warning("the directory did not help", extra={"reason": str(failure)})
        return None
    except Invalid as refusal:
        logger.warning("the directory's settings cannot be used", extra={"reason": str(refusal)})
        return None
    finally:
        _asked.reset(token)


def entry_of(ldap_user: Any) -> Entry:
    """What django-auth-ldap found, as we read entries. Values that are no text it leaves as bytes."""
    return Entry(
        ldap_user.dn,
        {
            name.lower(): [each.decode("utf-8", "replace") if isinstance(each, bytes) else each for each in values]
            for name, values in ldap_user.attrs.items()
        },
    )


def _explain(exception: protocol.LDAPError, **_: Any) -> None:
    """Errors that django-auth-ldap would only log, and then take for a wrong password."""
    raise explained(exception, _asked.get()) from exception


ldap_error.connect(_explain, sender=DirectoryBackend)
