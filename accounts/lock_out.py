"""Making guesses of passwords slow: each name and address waits longer after each failure.

Only that address waits. The right password from anywhere else is never stopped, whoever guesses."""

import unicodedata
from datetime import datetime, timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts.exceptions import TooManyAttempts
from accounts.models import FailedSignIns

FREE_ATTEMPTS = 5
FIRST_WAIT_SECONDS = 4
LONGEST_WAIT_SECONDS = 300
FORGOTTEN_AFTER = timedelta(hours=1)
LONGEST_USERNAME = 255


def check(username: str, client_address: str) -> None:
    """Raise TooManyAttempts while this name has to wait at this address."""
    failed = FailedSignIns.objects.filter(**_key(username, client_address)).first()
    if failed is None:
        return
    wait = _wait_seconds(failed.count) - (timezone.now() - failed.last_at).total_seconds()
    if wait > 0:
        raise TooManyAttempts(retry_after_seconds=int(wait) + 1)


def count_failure(username: str, client_address: str) -> None:
    now = timezone.now()
    FailedSignIns.objects.filter(last_at__lt=now - FORGOTTEN_AFTER).delete()
    if not _raise_count(username, client_address, now):
        try:
            with transaction.atomic():
                FailedSignIns.objects.create(**_key(username, client_address), count=1, last_at=now)
        except IntegrityError:  # another attempt failed at this moment
            _raise_count(username, client_address, now)


def forget(username: str, client_address: str) -> None:
    failed = FailedSignIns.objects.filter(**_key(username, client_address))
    if failed.exists():  # hardly ever, and a sign-in that writes nothing waits for nobody
        failed.delete()


def _raise_count(username: str, client_address: str, now: datetime) -> bool:
    counted = FailedSignIns.objects.filter(**_key(username, client_address))
    return counted.update(count=F("count") + 1, last_at=now) == 1


def _wait_seconds(count: int) -> int:
    """Nothing for the first failures, then 4, 8, 16 … seconds."""
    over = count - FREE_ATTEMPTS
    return 0 if over < 0 else min(FIRST_WAIT_SECONDS * 2 ** min(over, 20), LONGEST_WAIT_SECONDS)


def _key(username: str, client_address: str) -> dict[str, str]:
    """What is counted together: a directory takes a name in any case, and with any number of spaces."""
    name = " ".join(unicodedata.normalize("NFKC", username).casefold().split())
    return {"username": name[:LONGEST_USERNAME], "client_address": _network(client_address)}


def _network(client_address: str) -> str:
    """What counts as one address: of IPv6 the /64, since that is what one client has to itself."""
    try:
        address = ip_address(client_address)
    except ValueError:
        return client_address[:64]
    if isinstance(address, IPv6Address) and not address.ipv4_mapped:
        return str(IPv6Network((address, 64), strict=False))
    return str(address)
