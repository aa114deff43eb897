"""How the directory is reached and read: the settings of one moment, as python-ldap and django-auth-ldap take them."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import ldap
from django.conf import settings
from django_auth_ldap.config import LDAPSearch

from accounts import setting_values
from accounts.exceptions import Invalid
from accounts.settings_table import SETTINGS, Value

KEYS = [key for key in SETTINGS if key.startswith("ldap_")]
SCOPES = (ldap.SCOPE_BASE, ldap.SCOPE_ONELEVEL, ldap.SCOPE_SUBTREE)


@dataclass(frozen=True)
class DirectorySettings:
    """`values` are those of the settings table, by their keys."""

    values: Mapping[str, Value]

    @classmethod
    def now(cls, changed: Mapping[str, Value] | None = None) -> "DirectorySettings":
        """As they are, but for those that somebody wants to try out first."""
        return cls(setting_values.get_many(KEYS) | dict(changed or {}))

    def text(self, key: str) -> str:
        return str(self.values[key]).strip()

    def flag(self, key: str) -> bool:
        return bool(self.values[key])

    def number(self, key: str) -> int:
        value = self.values[key]
        assert isinstance(value, int)
        return value

    @property
    def url(self) -> str:
        """The directory's address; Invalid where it is none."""
        given = self.text("ldap_url")
        given = given if "://" in given else f"ldap://{given}"
        parts = urlsplit(given)
        try:
            valid = parts.scheme in ("ldap", "ldaps") and parts.hostname and (parts.port or 1) > 0
        except ValueError:
            valid = False
        if not valid or parts.path not in ("", "/") or parts.query or parts.username:
            raise Invalid("ldap_url must be of the form ldap://host[:389] or ldaps://host[:636]")
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def is_encrypted(self) -> bool:
        return self.url.startswith("ldaps://") or self.flag("ldap_start_tls")

    @property
    def uid(self) -> str:
        return self.text("ldap_uid") or "cn"

    @property
    def group_name_attribute(self) -> str:
        return self.text("ldap_group_attribute_name") or "cn"

    @property
    def member_attributes(self) -> list[str]:
        return [each.strip() for each in self.text("ldap_group_member_attribute").split(",") if each.strip()]

    @property
    def admin_groups(self) -> list[str]:
        """The names of the groups whose members are system admins."""
        listed = self.text("ldap_group_admin_dn").replace("\n", ";")
        return [each.strip() for each in listed.split(";") if each.strip()]

    @property
    def looks_for_groups(self) -> bool:
        """Whether groups are searched for their members; what people's own entries list counts in any case."""
        return bool(self.text("ldap_group_base_dn") or self.text("ldap_group_search_filter"))

    @property
    def group_base(self) -> str:
        return self.text("ldap_group_base_dn") or self.text("ldap_base_dn")

    def people(self, condition: str) -> LDAPSearch:
        """The search for people whom a condition fits: a filter, with %(user)s for the name as it is typed."""
        base, scope = self.text("ldap_base_dn"), SCOPES[self.number("ldap_scope")]
        attributes = [self.uid, *(self.text(f"ldap_{name}_attribute") for name in ("email", "realname"))]
        # What lists a person's groups is often kept apart, and only given when it is asked for by name.
        attributes += [self.text("ldap_group_membership_attribute") or "memberof"]
        return LDAPSearch(base, scope, f"(&{_literal(self.text('ldap_filter'))}{condition})", attributes)

    def options(self) -> dict[int, Any]:
        """What python-ldap must be told about the connection. The new TLS context comes last, and takes the rest."""
        seconds = self.number("ldap_timeout")
        options: dict[int, Any] = {
            ldap.OPT_PROTOCOL_VERSION: ldap.VERSION3,
            ldap.OPT_REFERRALS: 0,
            ldap.OPT_NETWORK_TIMEOUT: seconds,
            ldap.OPT_TIMEOUT: seconds,
        }
        if self.is_encrypted:
            demanded = ldap.OPT_X_TLS_DEMAND if self.flag("ldap_verify_cert") else ldap.OPT_X_TLS_NEVER
            options[ldap.OPT_X_TLS_REQUIRE_CERT] = demanded
            if authorities := self.text("ldap_ca"):
                options[ldap.OPT_X_TLS_CACERTFILE] = str(_as_file(authorities))
            options[ldap.OPT_X_TLS_NEWCTX] = 0
        return options


def _literal(given: str) -> str:
    """A filter as it stands in a search: in parentheses, and its % signs are no marks of ours."""
    if not given:
        return ""
    enclosed = given if given.startswith("(") else f"({given})"
    return enclosed.replace("%", "%%")


def _as_file(pem: str) -> Path:
    """Certificates as a file, since libldap takes no others; named by what is in it, so it is written once."""
    folder = Path(settings.DATA) / "ldap"
    file = folder / f"{hashlib.sha256(pem.encode()).hexdigest()}.pem"
    if not file.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = folder / f".{file.name}.{os.getpid()}"
        draft.write_text(pem + "\n")
        draft.chmod(0o600)
        draft.rename(file)
    return file
