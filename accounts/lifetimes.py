"""How long credentials are good for: in days, or for ever."""

from datetime import UTC, datetime, timedelta

from accounts.exceptions import Invalid, NotAllowed
from accounts.principals import Principal

FOR_EVER = -1
LONGEST_DAYS = 999_999


def check(days: int) -> int:
    """The days, if something may last so long; Invalid otherwise."""
    if days != FOR_EVER and not 0 < days <= LONGEST_DAYS:
        raise Invalid(f"the duration is -1 (for ever) or 1 to {LONGEST_DAYS} days")
    return days


def end(start: datetime, days: int) -> datetime | None:
    return None if days == FOR_EVER else start + timedelta(days=days)


def is_over(expires_at: datetime | None) -> bool:
    return expires_at is not None and expires_at <= datetime.now(UTC)


def told(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def require_within(by: Principal, expires_at: datetime | None) -> None:
    """Raise NotAllowed where what is made with a credential that ends would outlive it."""
    if by.expires_at is None or (expires_at is not None and expires_at.timestamp() <= by.expires_at):
        return
    ends = told(datetime.fromtimestamp(by.expires_at, UTC))
    raise NotAllowed(f"the credential of {by.name} ends at {ends}, and what is made with it may not outlive it")
