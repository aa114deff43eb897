"""The identity sources, one after the other: the users of our own database first, so that they always get in."""

from accounts.identity import local
from accounts.models import User


def authenticate(username: str, password: str) -> User | None:
    """The active user whose password this is, by the first source that knows them."""
    return local.authenticate(username, password)
