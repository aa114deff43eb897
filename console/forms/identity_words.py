"""What the directory's settings are called, and what each of them brings about."""

import re
from collections.abc import Iterator, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.exceptions import Refusal

KEY = re.compile(r"\bldap_[a-z_]+")
USES_DIRECTORY = _(
    "On, whoever has no password here may sign in with the directory's, and gets an account at the first time. "
    "Off, people of the directory cannot sign in; what they have here stays."
)
TYPE_ANEW = _("The address is another one, so type the password again: the kept one is sent to its old address only.")

WORDS: Mapping[str, tuple[Promise, Promise | str]] = {
    "ldap_url": (
        _("Address"),
        _(
            "ldaps://host speaks TLS from the start, ldap://host does not. A port may follow: ldaps://host:3269. "
            "Over ldap:// without StartTLS every password crosses the network in the clear."
        ),
    ),
    "ldap_start_tls": (
        _("Turn on TLS (StartTLS)"),
        _("For an ldap:// address: nothing is said before the connection is encrypted."),
    ),
    "ldap_verify_cert": (
        _("Check the directory's certificate"),
        _("Off, whoever stands on the way can pass for the directory and read all passwords."),
    ),
    "ldap_ca": (
        _("Certificates that the directory's comes from"),
        _("One or more in PEM form. Empty: those that this machine trusts."),
    ),
    "ldap_timeout": (
        _("Seconds to wait"),
        _("Sign-ins by the directory fail when it takes longer. Those with a password here never wait for it."),
    ),
    "ldap_search_dn": (
        _("Who searches"),
        _("The DN of an account that may read people and groups, and nothing more. Empty: searches are anonymous."),
    ),
    "ldap_search_password": (
        _("Password of who searches"),
        _("It is kept encrypted and never shown. Leave it empty to keep it; another address asks for it anew."),
    ),
    "ldap_base_dn": (
        _("Where people are"),
        _("The DN below which they are searched: ou=people,dc=example,dc=org. Too high up, searches are slow."),
    ),
    "ldap_scope": (_("How deep people are searched"), ""),
    "ldap_uid": (
        _("What they sign in with"),
        _("An attribute: uid in most directories, sAMAccountName in Active Directory. It must be one person's alone."),
    ),
    "ldap_filter": (
        _("Who may sign in"),
        _("A filter that entries must fit besides: (objectClass=person). Empty: whoever is found."),
    ),
    "ldap_email_attribute": (
        _("Attribute of the e-mail address"),
        _("Read anew at each sign-in. An address that another user has is left out."),
    ),
    "ldap_realname_attribute": (
        _("Attribute of the real name"),
        _("The name that people read. Read anew at each sign-in."),
    ),
    "ldap_group_base_dn": (
        _("Where groups are"),
        _("The DN below which they are searched. Empty, with no filter either: what people's entries list is all."),
    ),
    "ldap_group_search_scope": (_("How deep groups are searched"), ""),
    "ldap_group_search_filter": (
        _("Which groups count"),
        _("A filter that groups must fit: (objectClass=groupOfNames). Others give nobody anything here."),
    ),
    "ldap_group_attribute_name": (_("Attribute of the name"), _("What groups are called on these pages. Empty: cn.")),
    "ldap_group_member_attribute": (
        _("Attribute that lists members"),
        _("Of a group's entry: member, uniqueMember, or memberUid for POSIX groups. Several with commas between."),
    ),
    "ldap_group_membership_attribute": (
        _("Attribute that lists groups"),
        _("Of a person's entry, where the directory keeps one: memberOf."),
    ),
    "ldap_group_nested": (
        _("Count groups of groups"),
        _("On, who is in a group that is in another is in both. Off, roles of the outer one do not reach them."),
    ),
    "ldap_group_in_chain": (
        _("Ask Active Directory for groups of groups at once"),
        _("One question instead of one for each level. Other directories do not understand it and find no groups."),
    ),
    "ldap_group_admin_dn": (
        _("Groups of system admins"),
        _(
            "One DN on a line. Everybody in them, now and later, is a system admin: whoever may change these groups "
            "in the directory decides over this registry. Empty: system admins are made by hand."
        ),
    ),
}
SECTIONS: Mapping[str, tuple[Promise, Promise, tuple[str, ...]]] = {
    "connection": (
        _("Connection"),
        _("How the directory is reached, and as whom."),
        (
            "ldap_url",
            "ldap_start_tls",
            "ldap_verify_cert",
            "ldap_ca",
            "ldap_timeout",
            "ldap_search_dn",
            "ldap_search_password",
        ),
    ),
    "people": (
        _("People"),
        _("Whose entry a user name leads to."),
        (
            "ldap_base_dn",
            "ldap_scope",
            "ldap_uid",
            "ldap_filter",
            "ldap_email_attribute",
            "ldap_realname_attribute",
        ),
    ),
    "groups": (
        _("Groups"),
        _("In which groups somebody is: read at each sign-in, and what a group may do counts from then on."),
        (
            "ldap_group_base_dn",
            "ldap_group_search_scope",
            "ldap_group_search_filter",
            "ldap_group_attribute_name",
            "ldap_group_member_attribute",
            "ldap_group_membership_attribute",
            "ldap_group_nested",
            "ldap_group_in_chain",
        ),
    ),
    "admins": (_("System admins"), _("Who looks after this registry by a group."), ("ldap_group_admin_dn",)),
}
STEPS: Mapping[str, Promise] = {
    "local users": _("Is it a user of this registry?"),
    "address": _("Where is the directory?"),
    "StartTLS": _("Is the connection encrypted?"),
    "search bind": _("Does it take who searches?"),
    "person": _("Does it know this person?"),
    "groups": _("In which groups are they?"),
    "roles": _("What does that give them here?"),
    "password": _("Is the password right?"),
}
"""The steps of a sign-in by the directory, by the names that the trace gives them."""


def named(said: str) -> str:
    """A sentence about settings, with what the form calls them instead of their keys."""
    return KEY.sub(lambda found: f"“{WORDS[found[0]][0]}”" if found[0] in WORDS else found[0], said)


def told(refusal: Refusal) -> str:
    """Why the directory could not be asked, and what to look at."""
    said = named(f"{refusal}. {getattr(refusal, 'hint', '')}".strip())
    return said[:1].upper() + said[1:]


def fields() -> Iterator[tuple[str, Promise, Promise | str]]:
    """Each setting in its order, with its label and its help."""
    for _name, _says, keys in SECTIONS.values():
        for key in keys:
            yield (key, *WORDS[key])
