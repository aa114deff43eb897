"""Why the directory cannot be asked, with a word of what may help: python-ldap's own words seldom do."""

import ldap

from accounts.exceptions import Refusal
from accounts.identity.directory.settings import DirectorySettings


class DirectoryFailed(Refusal):
    """The directory does not answer as it should. `hint` says what to look at."""

    def __init__(self, message: str = "", *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class DirectoryUnreachable(DirectoryFailed):
    """The directory does not answer."""


class SearcherRefused(DirectoryFailed):
    """The directory refuses the one who searches."""


def explained(error: ldap.LDAPError, settings: DirectorySettings) -> DirectoryFailed:
    """What an error of python-ldap means here."""
    said = _said(error)
    if isinstance(error, ldap.SERVER_DOWN | ldap.CONNECT_ERROR | ldap.TIMEOUT | ldap.UNAVAILABLE | ldap.BUSY):
        hint = TLS_HINT if settings.is_encrypted else "Is the host right, is the port open, does the directory run?"
        return DirectoryUnreachable(f"the directory at {settings.url} does not answer: {said}", hint=hint)
    if isinstance(error, ldap.INVALID_CREDENTIALS | ldap.INAPPROPRIATE_AUTH | ldap.INVALID_DN_SYNTAX):
        return SearcherRefused(
            f"the directory refuses {settings.text('ldap_search_dn') or 'an anonymous search'}: {said}",
            hint="Check ldap_search_dn and ldap_search_password.",
        )
    if isinstance(error, ldap.NO_SUCH_OBJECT):
        return DirectoryFailed(f"the directory has no such entry: {said}", hint="Check ldap_base_dn.")
    if isinstance(error, ldap.FILTER_ERROR):
        return DirectoryFailed(f"the filter is not valid: {said}", hint="Check ldap_filter and the group filter.")
    if isinstance(error, ldap.CONFIDENTIALITY_REQUIRED | ldap.STRONG_AUTH_REQUIRED):
        return DirectoryFailed(f"the directory wants TLS: {said}", hint="Turn on ldap_start_tls, or use ldaps://.")
    if isinstance(error, ldap.INSUFFICIENT_ACCESS):
        return DirectoryFailed(f"the searcher may not read there: {said}", hint="Give ldap_search_dn the right to.")
    return DirectoryFailed(f"the directory says: {said}", hint="Its own log tells more.")


TLS_HINT = (
    "If it runs, the TLS handshake may have failed: is the certificate signed by ldap_ca, valid today, and for this "
    "very host (an IP address in the URL needs an IP address in the certificate)? Does the port speak TLS at all?"
)


def _said(error: ldap.LDAPError) -> str:
    told = error.args[0] if error.args and isinstance(error.args[0], dict) else {}
    parts = [str(told.get(key, "")).strip() for key in ("desc", "info")]
    return ", ".join(part for part in parts if part) or type(error).__name__
