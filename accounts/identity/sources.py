"""The identity sources, one after the other, in the order that the setting `identity_sources` gives them.

The users of our own database always get in, listed or not: a directory that is down locks nobody out who has
a password here. A name is of one source only: whom we have a password for the directory is not asked about."""

from accounts import setting_values
from accounts.identity import ldap, local
from accounts.models import User


def authenticate(username: str, password: str) -> User | None:
    """The active user whose password this is, by the source that knows them."""
    if local.knows(username) or setting_values.get("auth_mode") != "ldap_auth":
        return local.authenticate(username, password)
    # No takes as long as for somebody who has a password here.
    return ldap.authenticate(username, password) or local.authenticate(username, password)
