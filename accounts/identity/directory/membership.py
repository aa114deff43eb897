"""Which groups a person is in: those that their own entry lists, those that list them, and the groups of those."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from accounts.identity.directory.connection import Connection, Entry, escaped, is_below

IN_CHAIN = "1.2.840.113556.1.4.1941"
"""Active Directory's LDAP_MATCHING_RULE_IN_CHAIN: members of members, found by the directory itself."""
# More groups than a person is in, and deeper than anybody nests them.
MOST = 500
DEEPEST = 20


@dataclass(frozen=True)
class Found:
    """A group, and how it was found: the group that is a member of it, or nobody for one's own."""

    entry: Entry
    through: str = ""


def of(person: Entry, connection: Connection) -> list[Found]:
    """The groups of a person, one's own first. Groups that are members of each other end nothing but the walk."""
    settings = connection.settings
    found = {each.entry.key: each for each in _direct(person, connection)}
    if settings.flag("ldap_group_in_chain") and settings.looks_for_groups:
        for group in connection.groups(_any(settings.member_attributes, person.dn, rule=IN_CHAIN)):
            found.setdefault(group.key, Found(group, "a group of these"))
    elif settings.flag("ldap_group_nested"):
        _climb(found, connection)
    return [each for each in found.values() if each.entry.can_be_kept][:MOST]


def _climb(found: dict[str, Found], connection: Connection) -> None:
    """Add the groups that those found are members of, level by level."""
    level = [each.entry for each in found.values()]
    for _ in range(DEEPEST):
        above = [
            Found(group, inner.dn) for inner in level for group in _above(inner, connection) if group.key not in found
        ]
        level = []
        for each in above:
            if each.entry.key not in found and len(found) < MOST:
                found[each.entry.key] = each
                level.append(each.entry)
        if not level:
            return


def _direct(person: Entry, connection: Connection) -> Iterator[Found]:
    for group in _listed(person, connection):
        yield Found(group)
    settings = connection.settings
    if settings.looks_for_groups:
        names = [name for name in settings.member_attributes if name.lower() != "memberuid"]
        conditions = [_any(names, person.dn)] if names else []
        if len(names) < len(settings.member_attributes):  # posixGroup lists people by their short names
            conditions.append(f"(memberUid={escaped(person.first(settings.uid))})")
        yield from (Found(group) for condition in conditions for group in connection.groups(condition))


def _above(group: Entry, connection: Connection) -> Iterator[Entry]:
    yield from _listed(group, connection)
    names = [name for name in connection.settings.member_attributes if name.lower() != "memberuid"]
    if connection.settings.looks_for_groups and names:
        yield from connection.groups(_any(names, group.dn))


def _listed(entry: Entry, connection: Connection) -> Iterator[Entry]:
    """The groups that an entry says it is in, as far as they are groups of ours."""
    settings = connection.settings
    base = settings.text("ldap_group_base_dn")
    name = (settings.text("ldap_group_membership_attribute") or "memberof").lower()
    for dn in entry.attributes.get(name, [])[:MOST]:
        if (not base or is_below(dn, base)) and (group := connection.group(dn)) is not None:
            yield group


def _any(names: Iterable[str], dn: str, *, rule: str = "") -> str:
    """The filter for groups that have this DN as a member, by any of the attributes."""
    suffix = f":{rule}:" if rule else ""
    return f"(|{''.join(f'({name}{suffix}={escaped(dn)})' for name in names)})"
