"""From what a client shows to who it is: a password, a robot's secret, an access token or a registry token."""

from collections.abc import Callable
from dataclasses import replace

from accounts import access_tokens, audit, lock_out, robots, verified_credentials
from accounts.exceptions import CredentialsRefused, TokenRefused
from accounts.identity import sources
from accounts.models import User
from accounts.principals import ANONYMOUS, Principal, of_user
from accounts.tokens import jwt

LONGEST_USERNAME = 255
LONGEST_PASSWORD_BYTES = 1024


def with_password(username: str, password: str, *, client_address: str = "") -> Principal:
    """Who has this name and password: a robot, the bearer of an access token, or a user of one of the identity
    sources. Every refusal is CredentialsRefused, and takes as long as any other."""
    if not _is_plausible(username, password):
        raise CredentialsRefused
    lock_out.check(username, client_address)
    if access_tokens.is_secret(password):
        return _let_in(
            access_tokens.authenticate(username, password, client_address=client_address), username, client_address
        )
    found = verified_credentials.recall(username, password)
    if found is None:
        # A hundred clients that start at once with one credential cost one hashing.
        with verified_credentials.alone_with(username, password):
            found = verified_credentials.recall(username, password)
            if found is None:
                found = _verify(username, password, client_address)
    return found


def with_access_token(secret: str, *, client_address: str = "") -> Principal:
    """The user of a personal access token, by the secret alone. It has 256 random bits: nobody is slowed down."""
    found = access_tokens.authenticate_bearer(secret, client_address=client_address)
    if found is None:
        raise CredentialsRefused("this access token is not known here, has expired, or its user is disabled")
    return found


def with_token(token: str, *, admitted_at: float | None = None) -> Principal:
    """The bearer of a registry token, narrowed to what it carries; TokenRefused where its user is no more
    what it was. `admitted_at` judges its age at that time: a request that began in time may finish."""
    claims = jwt.verify(token, at=admitted_at)
    if claims.bearer.id is None:
        return replace(ANONYMOUS, access=claims.access)
    bearer = _BEARERS[claims.bearer.kind](claims.bearer.id)
    if bearer is None:
        raise TokenRefused("the bearer of this token is disabled or gone")
    if bearer.authorization_version != claims.version:
        raise TokenRefused("the bearer of this token has changed since it was issued; ask for a new one")
    return replace(bearer, access=claims.access)


def _user(number: int) -> Principal | None:
    user = User.objects.filter(pk=number, is_active=True).first()
    return of_user(user) if user else None


_BEARERS: dict[str, Callable[[int], Principal | None]] = {
    "user": _user,
    "robot": robots.principal,
    "access_token": access_tokens.principal,
}


def forget() -> None:
    """Drop the credentials that this process remembers as right."""
    verified_credentials.forget()


def _verify(username: str, password: str, client_address: str) -> Principal:
    """Ask those who keep the hash, or know who does."""
    if robots.is_name(username):
        robot = _let_in(robots.authenticate(username, password), username, client_address)
        verified_credentials.remember(username, password, robot)
        return robot
    user = sources.authenticate(username, password)
    found = _let_in(of_user(user) if user else None, username, client_address)
    with audit.context(client_address=client_address):
        audit.record(found, "login", "user", found.name)
    if user is not None:
        verified_credentials.remember(username, password, found, user.password)
    return found


def _let_in(found: Principal | None, username: str, client_address: str) -> Principal:
    """The principal, or the one refusal; failures are counted, and recorded."""
    if found is None:
        with audit.context(client_address=client_address):
            lock_out.count_failure(username, client_address)
            audit.record(replace(ANONYMOUS, name=username), "login", "user", username, succeeded=False)
        raise CredentialsRefused
    lock_out.forget(username, client_address)
    return found


def _is_plausible(username: str, password: str) -> bool:
    """Whether this could be anybody's at all. Depends on nothing that a guesser could learn from."""
    try:
        size = len(password.encode())
        username.encode()
    except UnicodeEncodeError:
        return False
    return 0 < len(username) <= LONGEST_USERNAME and "\0" not in username and 0 < size <= LONGEST_PASSWORD_BYTES
