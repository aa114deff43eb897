"""THE permission table: which role may do what in a project, what anyone may on a public one, and what
only system admins may. Nothing else compares roles."""

from accounts.models import Role

A = Role.PROJECT_ADMIN
M = Role.MAINTAINER
D = Role.DEVELOPER
G = Role.GUEST
L = Role.LIMITED_GUEST

# fmt: off
POLICY: dict[str, tuple[Role, ...]] = {  # A project admin  M maintainer  D developer  G guest  L limited guest
    "project:read":                (A, M, D, G, L),
    "project:update":              (A,),
    "project:delete":              (A,),
    "accessory:list":              (A, M, D, G, L),
    "artifact:create":             (A, M, D),
    "artifact:delete":             (A, M),
    "artifact:list":               (A, M, D, G, L),
    "artifact:read":               (A, M, D, G, L),
    "artifact-addition:read":      (A, M, D, G, L),
    "artifact-label:create":       (A, M, D),
    "artifact-label:delete":       (A, M, D),
    "configuration:read":          (A, M, D, G, L),
    "configuration:update":        (A,),
    "export-cve:create":           (A, M, D),
    "export-cve:list":             (A, M, D),
    "export-cve:read":             (A, M, D),
    "immutable-tag:create":        (A, M),
    "immutable-tag:delete":        (A, M),
    "immutable-tag:list":          (A, M),
    "immutable-tag:update":        (A, M),
    "label:create":                (A, M),
    "label:delete":                (A, M),
    "label:list":                  (A, M, D, G),
    "label:read":                  (A, M, D, G),
    "label:update":                (A, M),
    "log:list":                    (A,),
    "member:create":               (A,),
    "member:delete":               (A,),
    "member:list":                 (A, M, D, G),
    "member:read":                 (A, M, D, G),
    "member:update":               (A,),
    "metadata:create":             (A,),
    "metadata:delete":             (A,),
    "metadata:read":               (A, M),
    "metadata:update":             (A,),
    "notification-policy:create":  (A,),
    "notification-policy:delete":  (A,),
    "notification-policy:list":    (A, M),
    "notification-policy:read":    (A, M),
    "notification-policy:update":  (A,),
    "preheat-policy:create":       (A,),
    "preheat-policy:delete":       (A,),
    "preheat-policy:list":         (A,),
    "preheat-policy:read":         (A,),
    "preheat-policy:update":       (A,),
    "quota:read":                  (A, M, D, G, L),
    "repository:create":           (A, M, D),
    "repository:delete":           (A, M),
    "repository:list":             (A, M, D, G, L),
    "repository:pull":             (A, M, D, G, L),
    "repository:push":             (A, M, D),
    "repository:read":             (A, M, D, G, L),
    "repository:update":           (A, M, D),
    "robot:create":                (A,),
    "robot:delete":                (A,),
    "robot:list":                  (A, M, D, G),
    "robot:read":                  (A, M, D, G),
    "robot:update":                (A,),
    "sbom:create":                 (A, M),
    "sbom:read":                   (A, M, D, G, L),
    "sbom:stop":                   (A, M),
    "scan:create":                 (A, M),
    "scan:read":                   (A, M, D, G, L),
    "scan:stop":                   (A, M),
    "scanner:create":              (A,),
    "scanner:read":                (A, M, D, G, L),
    "tag:create":                  (A, M, D),
    "tag:delete":                  (A, M),
    "tag:list":                    (A, M, D, G, L),
    "tag-retention:create":        (A, M, D),
    "tag-retention:delete":        (A, M, D),
    "tag-retention:list":          (A, M, D),
    "tag-retention:operate":       (A, M, D),
    "tag-retention:read":          (A, M, D),
    "tag-retention:update":        (A, M, D),
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

SIGNED_IN: frozenset[str] = frozenset({"project:create", "self:update"})
"""What everyone who is signed in may do, whatever the project."""

SYSTEM_ONLY: frozenset[str] = frozenset(
    {
        "catalog:list-all",
        "project:create-restricted",
        "setting:read",
        "setting:update",
        "user:create",
        "user:list",
        "user:update",
    }
)
"""What only system admins may do. They may do all the rest too."""

TOKEN_ACTIONS: dict[str, str] = {
    "repository:pull": "pull",
    "repository:push": "push",
    "artifact:delete": "delete",
    "tag:delete": "delete",
    "catalog:list-all": "*",
}
"""What a registry token calls the actions that it can carry; it is never good for any other."""


def check_known(action: str) -> None:
    """A misspelt action is a mistake of ours, never a refusal: KeyError."""
    if action not in POLICY and action not in SIGNED_IN and action not in SYSTEM_ONLY:
        raise KeyError(action)


def allows(role: Role | None, action: str, *, is_public: bool) -> bool:
    """Whether a role (or none) allows an action in a project."""
    return role in POLICY[action] or (is_public and action in PUBLIC)
