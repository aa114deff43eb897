"""Looking anew at everybody whom the directory knows: their groups, and whether they are still there.

A directory that does not answer, or that finds nobody at all, is no reason to shut anybody out."""

from collections.abc import Iterator

from accounts import users
from accounts.exceptions import Invalid
from accounts.identity import people
from accounts.identity.directory import membership
from accounts.identity.directory.connection import Connection, Entry, connect, escaped
from accounts.identity.directory.settings import DirectorySettings
from accounts.models import User
from accounts.principals import SYSTEM

BATCH = 200


def everybody() -> Iterator[str]:
    """Do it, and say of each who changed what happened. DirectoryFailed where the directory cannot be asked."""
    settings = DirectorySettings.now()
    with connect(settings) as connection:
        known = User.objects.filter(source=people.SOURCE, is_active=True).order_by("pk")
        gone: list[User] = []
        stayed = 0
        for user in known.iterator(chunk_size=BATCH):
            happened = _look(user, connection, settings)
            if happened is None:
                gone.append(user)
                continue
            stayed += 1
            if happened:
                yield f"{user.username}: {happened}"
    if gone and not stayed:
        yield f"none of {len(gone)} people was found: this looks like a wrong base DN or filter, so nobody is shut out"
        return
    for user in gone:
        users.disable(user, by=SYSTEM)
        yield f"{user.username}: is not in the directory any more, and is disabled"


def _look(user: User, connection: Connection, settings: DirectorySettings) -> str | None:
    """What changed for this user, "" where nothing did; None where the directory knows them no more."""
    entry = connection.person(user.external_id) or _moved(user, connection, settings)
    if entry is None:
        return None
    try:
        renewed = people.row_for(entry, settings)
    except Invalid as refusal:
        return str(refusal)
    people.save(renewed)
    return "is in other groups now" if people.settle_groups(renewed, membership.of(entry, connection), settings) else ""


def _moved(user: User, connection: Connection, settings: DirectorySettings) -> Entry | None:
    """The one entry of the user's name, where it stands under another DN now."""
    found = connection.people(f"({settings.uid}={escaped(user.username)})")
    return found[0] if len(found) == 1 else None
