"""The users of our own database: the identity source that always works."""

import hmac
import threading

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password

from accounts import users
from accounts.models import User

# A hash takes a tenth of a GiB of memory while it is computed: one at a time in a process.
_hashing = threading.Lock()


def knows(username: str) -> bool:
    """Whether somebody of this name, in whatever case, has a password here."""
    return User.objects.filter(username__iexact=username, source=users.LOCAL).exists()


def authenticate(username: str, password: str) -> User | None:
    """The active user whose password this is. Takes as long where there is no such user."""
    user = users.find(username)
    with _hashing:
        if user is None:
            _work_as_for_somebody(username, password)
            return None
        is_right = user.check_password(password)
    return user if is_right and user.is_active else None


def _work_as_for_somebody(username: str, password: str) -> None:
    """A name that nobody has costs what some user's does, always the same one's: where some passwords are still
    kept as Harbor kept them, how long a refusal takes does not tell the names that exist either."""
    kept = User.objects.filter(source=users.LOCAL).order_by("pk").values_list("password", flat=True)
    chosen = int.from_bytes(hmac.digest(settings.SECRET_KEY.encode(), username.encode(), "sha256")[:4])
    somebodys = kept[chosen % count : chosen % count + 1].first() if (count := kept.count()) else None
    if somebodys is None:
        make_password(password)
    else:
        check_password(password, somebodys)
