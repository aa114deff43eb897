"""From what a client shows to who it is: a password, a robot's secret, an access token or a registry token."""

from collections.abc import Callable
from dataclasses import replace

from accounts import access_tokens, audit, lock_out, robots, verified_credentials
from accounts.exceptions import CredentialsRefused, TokenRefused, TooManyAttempts
from accounts.identity import sources
from accounts.models import User
from accounts.principals import ANONYMOUS, SYSTEM, Principal, of_user
from accounts.tokens import jwt

LONGEST_USERNAME = 255
LONGEST_PASSWORD_BYTES = 1024


def with_password(username: str, password: str, *, client_address: str = "") -> Principal:
    """Who has this name and password: a robot, the bearer of an access token, or a user of one of the identity
    sources. Every refusal is CredentialsRefused, and takes as long as any other."""
    if not _is_plausible(username, password):
        raise CredentialsRefused
    if access_tokens.is_secret(password):
        return _by_access_token(username, password, client_address)
    _check_lock(username, password, client_address)
    found = verified_credentials.recall(username, password)
    if found is None:
        # A hundred clients that start at once with one credential cost one hashing.
        with verified_credentials.alone_with(username, password):
            found = verified_credentials.recall(username, password)
            if found is None:
                _check_lock(username, password, client_address)  # the others who waited may all have been wrong
                found = _verify(username, password, client_address)
    return found


def in_person(username: str, password: str, *, client_address: str = "") -> Principal:
    """The user who has this name and password, to open a session for. It is verified and recorded each time;
    robots and access tokens open none."""
    if not _is_plausible(username, password) or access_tokens.is_secret(password) or robots.is_name(username):
        raise CredentialsRefused
    lock_out.check(username, client_address)
    return _verify_user(username, password, client_address)


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


def recall(credential: str) -> Principal | None:
    """Who asked for something by this `Principal.credential`, as it is now; None where it is good for nothing any
    more."""
    kind, _, number = credential.partition(":")
    known = {SYSTEM.key: SYSTEM, ANONYMOUS.key: ANONYMOUS}
    return known[credential] if credential in known else _BEARERS[kind](int(number))


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


def _check_lock(username: str, password: str, client_address: str) -> None:
    """Nobody guesses a generated secret, so a robot that has one never waits for what others guess."""
    try:
        lock_out.check(username, client_address)
    except TooManyAttempts:
        if not (robots.is_name(username) and robots.shows_generated(username, password)):
            raise


def _by_access_token(username: str, secret: str, client_address: str) -> Principal:
    """Nobody guesses those either: the right one is never stopped, and wipes no slate."""
    found = access_tokens.authenticate(username, secret, client_address=client_address)
    if found is None:
        lock_out.check(username, client_address)
        raise _failure(username, client_address)
    return found


def _verify(username: str, password: str, client_address: str) -> Principal:
    """Ask those who keep the hash, or know who does."""
    if not robots.is_name(username):
        return _verify_user(username, password, client_address)
    robot = robots.authenticate(username, password)
    if robot is None:
        raise _failure(username, client_address)
    lock_out.forget(username, client_address)
    with audit.context(client_address=client_address):
        audit.record(robot, "login", "robot", robot.name)
    verified_credentials.remember(username, password, robot)
    return robot


def _verify_user(username: str, password: str, client_address: str) -> Principal:
    user = sources.authenticate(username, password)
    if user is None:
        raise _failure(username, client_address)
    lock_out.forget(username, client_address)
    found = of_user(user, via="password")
    with audit.context(client_address=client_address):
        audit.record(found, "login", "user", found.name)
    verified_credentials.remember(username, password, found, user.password)
    return found


def _failure(username: str, client_address: str) -> CredentialsRefused:
    """The one refusal; it is counted, and recorded."""
    with audit.context(client_address=client_address):
        lock_out.count_failure(username, client_address)
        audit.record(replace(ANONYMOUS, name=username), "login", "user", username, succeeded=False)
    return CredentialsRefused()


def _is_plausible(username: str, password: str) -> bool:
    """Whether this could be anybody's at all. Depends on nothing that a guesser could learn from."""
    try:
        size = len(password.encode())
        username.encode()
    except UnicodeEncodeError:
        return False
    return 0 < len(username) <= LONGEST_USERNAME and "\0" not in username and 0 < size <= LONGEST_PASSWORD_BYTES
