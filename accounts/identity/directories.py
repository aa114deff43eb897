"""What admins ask of the directory: whether it is there, whom it knows, and to make users of them beforehand."""

from collections.abc import Mapping, Sequence

from accounts import configuration
from accounts.exceptions import Invalid, Refusal
from accounts.identity import people
from accounts.identity.directory import line, membership
from accounts.identity.directory.connection import Connection, Entry, connect, escaped, is_dn
from accounts.identity.directory.exceptions import DirectoryFailed
from accounts.identity.directory.settings import DirectorySettings
from accounts.models import User
from accounts.permissions import require
from accounts.principals import Principal
from accounts.settings_table import Value


def ping(changed: Mapping[str, Value], *, by: Principal) -> str:
    """What is wrong with the connection, in words; nothing where it works."""
    require(by, "system-configuration:update", None)
    wanted = tried_out(changed)
    try:
        with connect(DirectorySettings.now(wanted)):
            line.forget()
            return ""
    except DirectoryFailed as failure:
        return f"{failure}. {failure.hint}".strip()
    except Invalid as refusal:
        return str(refusal)


def tried_out(changed: Mapping[str, Value]) -> dict[str, Value]:
    """Settings to try before they are kept; Invalid where they may not be so. The kept password goes to the kept
    address alone, and to nobody else's."""
    for key, value in changed.items():
        if not key.startswith("ldap_"):
            raise Invalid(f"{key[:64]} is no setting of the directory")
        configuration.check(key, value)
    kept = DirectorySettings.now()
    is_elsewhere = DirectorySettings.now(changed).url != kept.url if kept.text("ldap_url") else True
    if is_elsewhere and not changed.get("ldap_search_password"):
        return {**changed, "ldap_search_password": ""}
    return {key: value for key, value in changed.items() if key != "ldap_search_password" or value}


def search_people(part: str, *, by: Principal) -> list[Entry]:
    """People whose name for signing in has this part in it; all, where there is none."""
    require(by, "system-ldap-user:list", None)
    settings = DirectorySettings.now()
    with connect(settings) as connection:
        return connection.people(f"({settings.uid}=*{escaped(part)}*)" if part else f"({settings.uid}=*)")


def search_groups(name: str, dn: str, *, by: Principal) -> list[Entry]:
    """Groups by a part of their name, or the one of this DN."""
    require(by, "system-user-group:list", None)
    if dn and not is_dn(dn):
        raise Invalid("groupdn must be the DN of a group")
    settings = DirectorySettings.now()
    with connect(settings) as connection:
        if dn:
            found = connection.group(dn)
            return [found] if found else []
        attribute = settings.group_name_attribute
        return connection.groups(f"({attribute}=*{escaped(name)}*)" if name else f"({attribute}=*)")


def import_people(names: Sequence[str], *, by: Principal) -> dict[str, str]:
    """Make users of these people of the directory, with their groups; of each that failed, why."""
    require(by, "system-ldap-user:create", None)
    settings = DirectorySettings.now()
    failed: dict[str, str] = {}
    with connect(settings) as connection:
        for name in dict.fromkeys(names):
            try:
                _import(name, connection, settings)
            except Refusal as refusal:
                failed[name] = str(refusal)
    return failed


def find(name: str) -> User | None:
    """The user of this name in the directory, with a row from now on; None where it knows nobody of it."""
    settings = DirectorySettings.now()
    if not settings.text("ldap_url"):
        return None
    with connect(settings) as connection:
        try:
            return _import(name, connection, settings)
        except Invalid:
            return None


def _import(name: str, connection: Connection, settings: DirectorySettings) -> User:
    found = connection.people(f"({settings.uid}={escaped(name)})") if name.strip() else []
    if len(found) != 1:
        raise Invalid(f"the directory has {len(found)} entries called {name[:64]!r}; there must be one")
    user = people.save(people.row_for(found[0], settings))
    people.settle_groups(user, membership.of(found[0], connection), settings)
    return user
