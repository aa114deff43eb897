"""THE permission table: which role may do what in a project, what anyone may on a public one, and what
the system's own actions are. Nothing else compares roles.

An action is a resource and a verb of Harbor's. Each belongs to one letter: M manage, D delete, R read (pull),
W write (push), S search (see it in lists). So a project admin is MDRWS, a developer RWS, a guest RS."""

from collections.abc import Iterable

from accounts.models import BuiltIn, Role

A = BuiltIn.PROJECT_ADMIN
M = BuiltIn.MAINTAINER
D = BuiltIn.DEVELOPER
G = BuiltIn.GUEST
L = BuiltIn.LIMITED_GUEST

LETTERS = {"M": "manage", "D": "delete", "R": "read", "W": "write", "S": "search"}

# fmt: off
POLICY: dict[str, tuple[str, tuple[BuiltIn, ...]]] = {  # project Admin, Maintainer, Developer, Guest, Limited guest
    "project:read":                ("S", (A, M, D, G, L)),
    "project:update":              ("M", (A,)),
    "project:delete":              ("M", (A,)),
    "accessory:list":              ("S", (A, M, D, G, L)),
    "artifact:create":             ("W", (A, M, D)),
    "artifact:delete":             ("D", (A, M)),
    "artifact:list":               ("S", (A, M, D, G, L)),
    "artifact:read":               ("S", (A, M, D, G, L)),
    "artifact-addition:read":      ("R", (A, M, D, G, L)),
    "artifact-label:create":       ("W", (A, M, D)),
    "artifact-label:delete":       ("W", (A, M, D)),
    "configuration:read":          ("S", (A, M, D, G, L)),
    "configuration:update":        ("M", (A,)),
    "export-cve:create":           ("W", (A, M, D)),
    "export-cve:list":             ("S", (A, M, D)),
    "export-cve:read":             ("S", (A, M, D)),
    "immutable-tag:create":        ("M", (A, M)),
    "immutable-tag:delete":        ("M", (A, M)),
    "immutable-tag:list":          ("M", (A, M)),
    "immutable-tag:update":        ("M", (A, M)),
    "label:create":                ("M", (A, M)),
    "label:delete":                ("M", (A, M)),
    "label:list":                  ("S", (A, M, D, G)),
    "label:read":                  ("S", (A, M, D, G)),
    "label:update":                ("M", (A, M)),
    "log:list":                    ("M", (A,)),
    "member:create":               ("M", (A,)),
    "member:delete":               ("M", (A,)),
    "member:list":                 ("S", (A, M, D, G)),
    "member:read":                 ("S", (A, M, D, G)),
    "member:update":               ("M", (A,)),
    "metadata:create":             ("M", (A,)),
    "metadata:delete":             ("M", (A,)),
    "metadata:read":               ("M", (A, M)),
    "metadata:update":             ("M", (A,)),
    "notification-policy:create":  ("M", (A,)),
    "notification-policy:delete":  ("M", (A,)),
    "notification-policy:list":    ("M", (A, M)),
    "notification-policy:read":    ("M", (A, M)),
    "notification-policy:update":  ("M", (A,)),
    "preheat-policy:create":       ("M", (A,)),
    "preheat-policy:delete":       ("M", (A,)),
    "preheat-policy:list":         ("M", (A,)),
    "preheat-policy:read":         ("M", (A,)),
    "preheat-policy:update":       ("M", (A,)),
    "quota:read":                  ("S", (A, M, D, G, L)),
    "repository:create":           ("W", (A, M, D)),
    "repository:delete":           ("D", (A, M)),
    "repository:list":             ("S", (A, M, D, G, L)),
    "repository:pull":             ("R", (A, M, D, G, L)),
    "repository:push":             ("W", (A, M, D)),
    "repository:read":             ("S", (A, M, D, G, L)),
    "repository:update":           ("W", (A, M, D)),
    "robot:create":                ("M", (A,)),
    "robot:delete":                ("M", (A,)),
    "robot:list":                  ("S", (A, M, D, G)),
    "robot:read":                  ("S", (A, M, D, G)),
    "robot:update":                ("M", (A,)),
    "sbom:create":                 ("M", (A, M)),
    "sbom:read":                   ("R", (A, M, D, G, L)),
    "sbom:stop":                   ("M", (A, M)),
    "scan:create":                 ("M", (A, M)),
    "scan:read":                   ("S", (A, M, D, G, L)),
    "scan:stop":                   ("M", (A, M)),
    "scanner:create":              ("M", (A,)),
    "scanner:read":                ("S", (A, M, D, G, L)),
    "tag:create":                  ("W", (A, M, D)),
    "tag:delete":                  ("D", (A, M)),
    "tag:list":                    ("S", (A, M, D, G, L)),
    "tag-retention:create":        ("W", (A, M, D)),
    "tag-retention:delete":        ("W", (A, M, D)),
    "tag-retention:list":          ("S", (A, M, D)),
    "tag-retention:operate":       ("W", (A, M, D)),
    "tag-retention:read":          ("S", (A, M, D)),
    "tag-retention:update":        ("W", (A, M, D)),
}
# fmt: on

PUBLIC: frozenset[str] = frozenset(
    {
        "project:read",
        "accessory:list",
        "artifact:list",
        "artifact:read",
        "artifact-addition:read",
        "label:list",
        "label:read",
        "repository:list",
        "repository:pull",
        "scan:read",
        "scanner:read",
        "tag:list",
    }
)
"""What anyone may do on a public project, signed in or not."""

SIGNED_IN: frozenset[str] = frozenset({"project:create", "role:list", "self:update", "user:search"})
"""What every person who is signed in may do, whatever the project."""

ROBOT_SYSTEM: dict[str, tuple[str, ...]] = {
    "audit-log": ("list",),
    "catalog": ("read",),
    "garbage-collection": ("read", "create", "list", "update", "stop"),
    "jobservice-monitor": ("list", "stop"),
    "label": ("read", "create", "delete", "update"),
    "ldap-user": ("create", "list"),
    "preheat-instance": ("read", "create", "delete", "list", "update"),
    "project": ("list", "create"),
    "purge-audit": ("read", "create", "list", "update", "stop"),
    "quota": ("read", "list", "update"),
    "registry": ("read", "create", "delete", "list", "update"),
    "replication": ("read", "create", "list"),
    "replication-adapter": ("list",),
    "replication-policy": ("read", "create", "delete", "list", "update"),
    "robot": ("create", "read", "list", "delete"),
    "scan-all": ("read", "update", "stop", "create"),
    "scanner": ("read", "create", "delete", "list", "update"),
    "security-hub": ("read", "list"),
    "system-volumes": ("read",),
    "user": ("create", "read", "update", "list", "delete"),
    "user-group": ("create", "read", "update", "list", "delete"),
}
"""What a robot of the system level may be given besides rights in projects, as Harbor lists it."""

ROBOT_PROJECT: dict[str, tuple[str, ...]] = {
    "accessory": ("list",),
    "artifact": ("read", "create", "list", "delete"),
    "artifact-addition": ("read",),
    "artifact-label": ("create", "delete"),
    "export-cve": ("create", "read"),
    "immutable-tag": ("create", "delete", "list", "update"),
    "label": ("read", "create", "delete", "list", "update"),
    "log": ("list",),
    "member": ("create", "read", "update", "list", "delete"),
    "metadata": ("read", "create", "delete", "list", "update"),
    "notification-policy": ("read", "create", "delete", "list", "update"),
    "preheat-policy": ("read", "create", "delete", "list", "update"),
    "project": ("read", "delete", "update"),
    "quota": ("read",),
    "repository": ("read", "update", "delete", "list", "pull", "push"),
    "robot": ("create", "read", "list", "delete"),
    "sbom": ("create", "stop", "read"),
    "scan": ("create", "read", "stop"),
    "scanner": ("create", "read"),
    "tag": ("create", "list", "delete"),
    "tag-retention": ("read", "create", "delete", "list", "update"),
}
"""What a robot may be given in a project, as Harbor lists it."""

SYSTEM: frozenset[str] = frozenset(
    {f"system-{resource}:{verb}" for resource, verbs in ROBOT_SYSTEM.items() for verb in verbs}
    | {
        "system-configuration:read",
        "system-configuration:update",
        "system-robot:update",
        "system-role:create",
        "system-role:delete",
        "system-role:update",
        "system-storage:locate",
    }
)
"""What concerns the whole system: system admins may do it, and they may do all the rest too."""

TOKEN_ACTIONS: dict[str, str] = {
    "repository:pull": "pull",
    "repository:push": "push",
    "artifact:delete": "delete",
    "tag:delete": "delete",
    "system-catalog:read": "*",
}
"""What a registry token calls the actions that it can carry; it is never good for any other."""

IN_REPOSITORIES: frozenset[str] = frozenset(
    {"accessory", "artifact", "artifact-addition", "artifact-label", "repository", "sbom", "scan", "tag"}
)
"""The resources that lie in a repository: a right that is narrowed to some repositories covers no others."""

ORDER: tuple[int, ...] = (A, M, D, G, L)
"""The built-in roles, the one that may most first."""


def check_known(action: str) -> None:
    """A misspelt action is a mistake of ours, never a refusal: KeyError."""
    if action not in POLICY and action not in SIGNED_IN and action not in SYSTEM:
        raise KeyError(action)


def actions_of(role: Role) -> frozenset[str]:
    """What a role allows: of a built-in one as the table says, of a custom one as its row does."""
    return _BUILT_IN.get(role.pk) or frozenset(role.actions) & POLICY.keys()


def letters_of(actions: Iterable[str]) -> str:
    """The letters that a set of actions comes to, in their order: "RWS"."""
    found = {POLICY[action][0] for action in actions if action in POLICY}
    return "".join(letter for letter in LETTERS if letter in found)


def is_reading(action: str) -> bool:
    """Whether it only looks. A system auditor may do that everywhere; pulling images is no part of it."""
    return action.endswith((":read", ":list"))


def lies_in_repositories(action: str) -> bool:
    return action.partition(":")[0] in IN_REPOSITORIES


_BUILT_IN: dict[int, frozenset[str]] = {
    role: frozenset(action for action, (_, roles) in POLICY.items() if role in roles) for role in BuiltIn
}
