"""THE table of the settings that an admin may change while the system runs: each key with its kind, the value it
has until it is changed, and what it is for. Keys and defaults are Harbor's; ours alone stand at the end."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

Value: TypeAlias = bool | int | str | list[str] | dict[str, object]


@dataclass(frozen=True)
class Kind:
    """What values a setting takes. `least` and `most` bound numbers, `choices` lists all there are."""

    name: str
    type: type
    choices: tuple[Value, ...] = ()
    least: int = 0
    most: int = 9_999_999_999
    is_secret: bool = False
    may_be_empty: bool = True

    @property
    def says(self) -> str:
        """What a value must be, for the person whose value is none."""
        if self.choices:
            listed = ", ".join(map(str, self.choices))
            return f"a list of {listed}" if self.type is list else f"one of {listed}"
        if self.type is int:
            return f"a whole number from {self.least} to {self.most}"
        words = {bool: "true or false", str: "a text", list: "a list of texts", dict: "an object"}
        return words[self.type] + ("" if self.may_be_empty else " that is not empty")


@dataclass(frozen=True)
class Setting:
    kind: Kind
    default: Value
    meaning: str


FLAG = Kind("true or false", bool)
TEXT = Kind("text", str)
NAME = Kind("text, not empty", str, may_be_empty=False)
SECRET = Kind("secret", str, is_secret=True)
POSITIVE = Kind("number", int, least=1)
NUMBER = Kind("number", int)
SECONDS = Kind("seconds", int, least=1, most=60)
BYTES = Kind("bytes", int, least=-1, most=2**53)
MAP = Kind("object", dict)
SCOPE = Kind("0, 1 or 2", int, choices=(0, 1, 2))
MODE = Kind("sign-in", str, choices=("db_auth", "ldap_auth"))
CREATORS = Kind("who", str, choices=("everyone", "adminonly"))
SOURCES = Kind("list", list, choices=("local", "ldap"))

UNUSED = "Kept for Harbor's clients; nothing here uses it."

# fmt: off
SETTINGS: Mapping[str, Setting] = {
    "auth_mode":                         Setting(MODE, "db_auth", "ldap_auth where identity_sources has ldap, else db_auth."),
    "primary_auth_mode":                 Setting(FLAG, False, "Whether the sign-in page offers that way first."),
    "self_registration":                 Setting(FLAG, False, "Whether people may make accounts for themselves."),
    "project_creation_restriction":      Setting(CREATORS, "everyone", "Who may create projects."),
    "read_only":                         Setting(FLAG, False, "Pulls work, pushes and deletions do not."),
    "token_expiration":                  Setting(POSITIVE, 30, "How many minutes a registry token is good for."),
    "session_timeout":                   Setting(POSITIVE, 60, "After how many idle minutes a browser session ends."),
    "robot_token_duration":              Setting(POSITIVE, 30, "How many days a new robot is good for, where its maker does not say."),
    "robot_name_prefix":                 Setting(NAME, "robot$", "What the names that robots sign in as begin with."),
    "banner_message":                    Setting(TEXT, "", "A message at the top of every page."),
    "notification_enable":               Setting(FLAG, True, "Whether webhooks are sent."),
    "scan_all_policy":                   Setting(MAP, {"type": "none"}, "When all images are scanned."),
    "ldap_url":                          Setting(TEXT, "", "The directory: ldap://host[:389] or ldaps://host[:636]."),
    "ldap_search_dn":                    Setting(TEXT, "", "Who searches the directory."),
    "ldap_search_password":              Setting(SECRET, "", "The password of who searches."),
    "ldap_base_dn":                      Setting(TEXT, "", "Below which entry people are found."),
    "ldap_filter":                       Setting(TEXT, "", "What people's entries must match besides their name."),
    "ldap_uid":                          Setting(NAME, "cn", "The attribute that people sign in with, such as uid or sAMAccountName."),
    "ldap_scope":                        Setting(SCOPE, 2, "How deep people are searched: 0 base, 1 one level, 2 all below."),
    "ldap_timeout":                      Setting(SECONDS, 5, "How many seconds the directory has to answer."),
    "ldap_verify_cert":                  Setting(FLAG, True, "Whether the directory's certificate must be good."),
    "ldap_group_base_dn":                Setting(TEXT, "", "Below which entry groups are found."),
    "ldap_group_search_filter":          Setting(TEXT, "", "What groups' entries must match."),
    "ldap_group_attribute_name":         Setting(TEXT, "", "The attribute that names a group; cn where it is empty."),
    "ldap_group_search_scope":           Setting(SCOPE, 2, "How deep groups are searched: 0 base, 1 one level, 2 all below."),
    "ldap_group_admin_dn":               Setting(TEXT, "", "The groups whose members are system admins; several DNs with ; between."),
    "ldap_group_membership_attribute":   Setting(TEXT, "memberof", "The attribute of people that lists their groups."),
    "ldap_group_attach_parallel":        Setting(FLAG, False, UNUSED),
    "quota_per_project_enable":          Setting(FLAG, True, "Whether quotas of projects count."),
    "storage_per_project":               Setting(BYTES, -1, "The quota of new projects, in bytes; -1 is none."),
    "pull_time_update_disable":          Setting(FLAG, False, "Do not note when artifacts are pulled."),
    "pull_count_update_disable":         Setting(FLAG, False, "Do not count pulls."),
    "pull_audit_log_disable":            Setting(FLAG, False, "Do not record pulls in the audit log."),
    "scanner_skip_update_pulltime":      Setting(FLAG, False, "Pulls by scanners do not count as such."),
    "audit_log_forward_endpoint":        Setting(TEXT, "", "A syslog server that is sent every audit record: [udp|tcp]://host:port."),
    "skip_audit_log_database":           Setting(FLAG, False, "Only forward audit records, and keep none here."),
    "disabled_audit_log_event_types":    Setting(TEXT, "", "Events that are not recorded, with commas between: create_user,pull_artifact."),
    "uaa_client_id":                     Setting(TEXT, "", UNUSED),
    "uaa_client_secret":                 Setting(SECRET, "", UNUSED),
    "uaa_endpoint":                      Setting(TEXT, "", UNUSED),
    "uaa_verify_cert":                   Setting(FLAG, False, UNUSED),
    "http_authproxy_endpoint":           Setting(TEXT, "", UNUSED),
    "http_authproxy_tokenreview_endpoint": Setting(TEXT, "", UNUSED),
    "http_authproxy_admin_groups":       Setting(TEXT, "", UNUSED),
    "http_authproxy_admin_usernames":    Setting(TEXT, "", UNUSED),
    "http_authproxy_verify_cert":        Setting(FLAG, True, UNUSED),
    "http_authproxy_skip_search":        Setting(FLAG, False, UNUSED),
    "http_authproxy_server_certificate": Setting(TEXT, "", UNUSED),
    "oidc_name":                         Setting(TEXT, "", UNUSED),
    "oidc_endpoint":                     Setting(TEXT, "", UNUSED),
    "oidc_client_id":                    Setting(TEXT, "", UNUSED),
    "oidc_client_secret":                Setting(SECRET, "", UNUSED),
    "oidc_groups_claim":                 Setting(TEXT, "", UNUSED),
    "oidc_admin_group":                  Setting(TEXT, "", UNUSED),
    "oidc_group_filter":                 Setting(TEXT, "", UNUSED),
    "oidc_scope":                        Setting(TEXT, "", UNUSED),
    "oidc_user_claim":                   Setting(TEXT, "", UNUSED),
    "oidc_verify_cert":                  Setting(FLAG, True, UNUSED),
    "oidc_auto_onboard":                 Setting(FLAG, False, UNUSED),
    "oidc_extra_redirect_parms":         Setting(MAP, {}, UNUSED),
    "oidc_logout":                       Setting(FLAG, False, UNUSED),
    # Ours.
    "identity_sources":                  Setting(SOURCES, ["local"], "Who is asked about a password, in this order. The local admin always gets in."),
    "ldap_start_tls":                    Setting(FLAG, False, "Whether an ldap:// connection is turned into a TLS one before anything is said."),
    "ldap_ca":                           Setting(TEXT, "", "The certificates (PEM) that the directory's must come from; empty: the machine's own."),
    "ldap_group_member_attribute":       Setting(TEXT, "member", "The attribute of groups that lists their members."),
    "ldap_group_nested":                 Setting(FLAG, True, "Whether members of a group's groups count as its members."),
    "ldap_group_in_chain":               Setting(FLAG, False, "Ask Active Directory for nested groups at once (LDAP_MATCHING_RULE_IN_CHAIN)."),
    "ldap_email_attribute":              Setting(NAME, "mail", "The attribute that holds a person's e-mail address."),
    "ldap_realname_attribute":           Setting(NAME, "cn", "The attribute that holds a person's name."),
    "session_absolute_timeout":          Setting(POSITIVE, 720, "After how many minutes a browser session ends in any case."),
}
# fmt: on
HARBORS_OWN = 61
"""How many of them are Harbor's: the first ones."""
