"""One connection to the directory, as the one who searches; and the few things that are asked over it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import ldap
import ldap.dn
import ldap.filter
from ldap.controls import SimplePagedResultsControl

from accounts.exceptions import Invalid
from accounts.identity.directory.exceptions import DirectoryFailed, explained
from accounts.identity.directory.settings import SCOPES, DirectorySettings

PAGE = 200
# An answer with more than so many entries is none that a person would read.
MOST = 1000
LONGEST_DN = 1024


@dataclass(frozen=True)
class Entry:
    """One entry: its DN, and its attributes as texts, by their names in lower case."""

    dn: str
    attributes: dict[str, list[str]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return key_of(self.dn)

    @property
    def can_be_kept(self) -> bool:
        """Whether our database takes its DN: there are some that only harm is meant with."""
        return "\0" not in self.dn + self.key and max(len(self.dn), len(self.key)) <= LONGEST_DN

    def first(self, name: str) -> str:
        return next(iter(self.attributes.get(name.lower(), [])), "")


def key_of(dn: str) -> str:
    """A DN in the one form in which it is compared: no case, no spaces around, no order of writing.

    It makes no two names alike that a directory keeps apart: not ß and ss, and no other white space goes away."""
    try:
        parts = ldap.dn.str2dn(dn)
    except (ldap.LDAPError, ValueError):  # no DN, or one of bytes that are no text
        return dn.strip(" ").lower()
    return ",".join(
        "+".join(
            sorted(f"{name.lower()}={ldap.dn.escape_dn_chars(value.strip(' ').lower())}" for name, value, _ in rdn)
        )
        for rdn in parts
    )


def is_below(dn: str, base: str) -> bool:
    """Whether a DN is this base, or below it. Commas and equals signs within values are escaped in keys."""
    key, end = key_of(dn), key_of(base)
    return key == end or key.endswith(f",{end}")


def is_dn(text: str) -> bool:
    try:
        return bool(text.strip()) and ldap.dn.is_dn(text)
    except ValueError:
        return False


class Connection:
    """A bound connection. Every failure is one of directory/exceptions.py."""

    def __init__(self, settings: DirectorySettings, opened: Any) -> None:
        self.settings = settings
        self._opened = opened

    def people(self, condition: str) -> list[Entry]:
        """The people whom a filter fits, whose values are escaped already."""
        search = self.settings.people(condition)
        # LDAPSearch keeps its filter as a template: its %% are % again here.
        return self._search(search.base_dn, search.scope, search.filterstr.replace("%%", "%"), search.attrlist)

    def groups(self, condition: str) -> list[Entry]:
        """The groups below the groups' base that a filter fits."""
        scope = SCOPES[self.settings.number("ldap_group_search_scope")]
        return self._search(self.settings.group_base, scope, self._group_filter(condition), self._group_attributes())

    def group(self, dn: str) -> Entry | None:
        """The group of this name, if it is there and the groups' filter fits it."""
        try:
            found = self._search(dn, ldap.SCOPE_BASE, self._group_filter(""), self._group_attributes())
        except _NoSuchEntry:
            return None
        return found[0] if found else None

    def person(self, dn: str) -> Entry | None:
        """The person of this name, if still there and one whom the filter fits."""
        search = self.settings.people("")
        try:
            found = self._search(dn, ldap.SCOPE_BASE, search.filterstr.replace("%%", "%"), search.attrlist)
        except _NoSuchEntry:
            return None
        return found[0] if found else None

    def bind_as(self, dn: str, password: str) -> bool:
        """Whether this is the password of the entry; the connection is theirs afterwards, so ask no more."""
        if not password:
            return False  # an empty one would be an anonymous bind, which always succeeds
        try:
            self._opened.simple_bind_s(dn, password)
        except (ldap.INVALID_CREDENTIALS, ldap.INAPPROPRIATE_AUTH, ldap.UNWILLING_TO_PERFORM):
            return False
        except ldap.LDAPError as error:
            raise explained(error, self.settings) from error
        return True

    def _group_filter(self, condition: str) -> str:
        given = self.settings.text("ldap_group_search_filter") or "(objectClass=*)"
        return f"(&{given if given.startswith('(') else f'({given})'}{condition})"

    def _group_attributes(self) -> list[str]:
        listed = self.settings.text("ldap_group_membership_attribute") or "memberof"
        return [self.settings.group_name_attribute, listed]

    def _search(self, base: str, scope: int, condition: str, attributes: Sequence[str] | None) -> list[Entry]:
        """Page by page, since directories give no more than so many entries at once."""
        paging = SimplePagedResultsControl(criticality=False, size=PAGE, cookie="")
        found: list[Entry] = []
        try:
            while len(found) < MOST:
                asked = self._opened.search_ext(base, scope, condition, attributes, serverctrls=[paging])
                _, rows, _, controls = self._opened.result3(asked)
                # Rows without a DN are referrals to other directories, which we do not follow.
                found += [_entry(dn, raw) for dn, raw in rows if dn]
                paging.cookie = next((each.cookie for each in controls if each.controlType == paging.controlType), "")
                if not paging.cookie:
                    break
        except ldap.SIZELIMIT_EXCEEDED:
            pass  # the directory gives no more than this
        except ldap.NO_SUCH_OBJECT as error:
            raise _NoSuchEntry(f"the directory has no entry {base}", hint="Check the base DN.") from error
        except ldap.LDAPError as error:
            raise explained(error, self.settings) from error
        return found[:MOST]


class _NoSuchEntry(DirectoryFailed):
    """What a search begins at is not there."""


def _entry(dn: str, raw: dict[str, list[bytes]]) -> Entry:
    return Entry(
        dn, {name.lower(): [value.decode("utf-8", "replace") for value in values] for name, values in raw.items()}
    )


@contextmanager
def connect(settings: DirectorySettings) -> Iterator[Connection]:
    """A connection, bound as the one who searches; closed in the end."""
    with opened(settings) as raw:
        bind(raw, settings)
        yield Connection(settings, raw)


@contextmanager
def opened(settings: DirectorySettings) -> Iterator[Any]:
    """A connection that nothing was said on yet."""
    try:
        raw = ldap.initialize(settings.url, bytes_mode=False)
    except ldap.LDAPError:
        raise Invalid("ldap_url must be of the form ldap://host[:389] or ldaps://host[:636]") from None
    try:
        for option, value in settings.options().items():
            raw.set_option(option, value)
        yield raw
    except ldap.LDAPError as error:
        raise explained(error, settings) from error
    finally:
        with suppress(ldap.LDAPError):  # it may be gone already
            raw.unbind_s()


def bind(raw: Any, settings: DirectorySettings) -> None:
    """Turn on TLS where that is asked for, then sign in as the one who searches."""
    try:
        if settings.flag("ldap_start_tls") and settings.url.startswith("ldap://"):
            raw.start_tls_s()
        raw.simple_bind_s(settings.text("ldap_search_dn"), settings.text("ldap_search_password"))
    except ldap.LDAPError as error:
        raise explained(error, settings) from error


def escaped(value: str) -> str:
    """A value as it may stand in a filter (RFC 4515)."""
    return str(ldap.filter.escape_filter_chars(value))
