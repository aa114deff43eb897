"""One sign-in by the directory, step by step, for the admin who wonders why it does not work: what was done, what
came of it, how long it took, and what to look at where it failed. No password is in it."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import ldap

from accounts.exceptions import Refusal
from accounts.identity import local, people
from accounts.identity.directory import membership
from accounts.identity.directory.connection import Connection, Entry, escaped, key_of, opened
from accounts.identity.directory.exceptions import DirectoryFailed, explained
from accounts.identity.directory.membership import Found
from accounts.identity.directory.settings import DirectorySettings
from accounts.models import Member
from accounts.permissions import require
from accounts.principals import Principal
from accounts.settings_table import Value


@dataclass
class Step:
    """One step: its name, whether it went well, what came of it, what to look at, and how long it took."""

    name: str
    ok: bool = True
    says: str = ""
    hint: str = ""
    milliseconds: int = 0
    details: list[str] = field(default_factory=list)


def sign_in(
    username: str, password: str = "", *, changed: Mapping[str, Value] | None = None, by: Principal
) -> list[Step]:
    """The steps as far as they go. Without a password the person's own bind is left out; `changed` are settings
    to try out before they are kept."""
    require(by, "system-configuration:update", None)
    trace = _Trace(DirectorySettings.now(changed))
    with suppress(_Ended):
        trace.run(username, password)
    return trace.steps


class _Ended(Exception):
    """A step failed, so there is no next one."""


class _Trace:
    def __init__(self, settings: DirectorySettings) -> None:
        self.settings = settings
        self.steps: list[Step] = []

    def run(self, username: str, password: str) -> None:
        with self._step("local users") as step:
            if local.knows(username):
                step.says = f"{username} has a password here, so the directory is never asked about this name"
                step.hint = "Rename or delete the local user if the directory's is meant."
            else:
                step.says = f"nobody called {username} has a password here, so the directory is asked"
        with self._step("address") as step:
            step.says = self.settings.url
            if not self.settings.is_encrypted:
                step.hint = "Passwords cross the network in the clear: use ldaps://, or turn on ldap_start_tls."
        with opened(self.settings) as raw:
            self._connect(raw)
            connection = Connection(self.settings, raw)
            entry = self._search(connection, username)
            groups = self._groups(connection, entry)
            self._roles(entry, groups)
            self._bind_as(connection, entry, password)

    @contextmanager
    def _step(self, name: str) -> Iterator[Step]:
        step, began = Step(name), time.monotonic()
        self.steps.append(step)
        try:
            yield step
        except Refusal as refusal:
            step.ok, step.says = False, str(refusal)
            step.hint = getattr(refusal, "hint", "") or step.hint
        except ldap.LDAPError as error:
            failed = explained(error, self.settings)
            step.ok, step.says, step.hint = False, str(failed), failed.hint
        finally:
            step.milliseconds = round((time.monotonic() - began) * 1000)
        if not step.ok:
            raise _Ended

    def _connect(self, raw: Any) -> None:
        """Apart, so that it shows which of them fails: the connection, TLS, or the searcher's password."""
        if self.settings.url.startswith("ldap://") and self.settings.flag("ldap_start_tls"):
            with self._step("StartTLS") as step:
                raw.start_tls_s()
                step.says = "the connection is encrypted, and the certificate is good"
        searcher = self.settings.text("ldap_search_dn")
        with self._step("search bind") as step:
            raw.simple_bind_s(searcher, self.settings.text("ldap_search_password"))
            step.says = f"signed in as {searcher}" if searcher else "signed in as nobody (anonymously)"
            if self.settings.url.startswith("ldaps://"):
                step.details.append("the connection is encrypted, and the certificate is good")

    def _search(self, connection: Connection, username: str) -> Entry:
        entry = Entry("")
        with self._step("person") as step:
            condition = f"({self.settings.uid}={escaped(username)})"
            step.details.append(f"searched below {self.settings.text('ldap_base_dn')} for {condition}")
            found = connection.people(condition)
            if len(found) != 1:
                raise DirectoryFailed(
                    f"{len(found)} entries are called {username}; there must be one",
                    hint="Check ldap_base_dn, ldap_uid, ldap_scope and ldap_filter.",
                )
            entry = found[0]
            user = people.row_for(entry, self.settings)
            if not user.is_active:
                raise DirectoryFailed(
                    f"found {entry.dn}, but {user.username} is disabled here", hint="Enable the user if that is wrong."
                )
            step.says = f"found {entry.dn}"
        return entry

    def _groups(self, connection: Connection, entry: Entry) -> list[Found]:
        found: list[Found] = []
        with self._step("groups") as step:
            found = membership.of(entry, connection)
            step.says = f"in {len(found)} group{'' if len(found) == 1 else 's'}"
            step.details = [
                f"{each.entry.dn} (through {each.through})" if each.through else each.entry.dn for each in found
            ]
            if not found and not self.settings.looks_for_groups:
                step.hint = "Only the person's own entry was asked: set ldap_group_base_dn to search for groups too."
        return found

    def _roles(self, entry: Entry, groups: list[Found]) -> None:
        """What those groups give here, and what the person has by name."""
        with self._step("roles") as step:
            keys = {each.entry.key for each in groups}
            if keys & {key_of(dn) for dn in self.settings.admin_groups}:
                step.details.append("system admin by a group of ldap_group_admin_dn")
            rows = Member.objects.select_related("project", "role", "group", "user").order_by("project__name", "pk")
            for row in rows.filter(group__dn_key__in=keys):
                step.details.append(f"{row.role} in project {row.project} by group {row.group}")
            for row in rows.filter(user__external_id=entry.key, user__source=people.SOURCE):
                step.details.append(f"{row.role} in project {row.project} by name")
            count = len(step.details)
            step.says = f"{count} role{'s' if count > 1 else ''}" if count else "no role in any project"

    def _bind_as(self, connection: Connection, entry: Entry, password: str) -> None:
        with self._step("password") as step:
            if not password:
                step.says = "not tried: none was given"
                return
            if not connection.bind_as(entry.dn, password):
                raise DirectoryFailed(
                    "the directory refuses the password", hint="Is it expired, or the account locked, there?"
                )
            step.says = "the directory accepts the password"
