"""Who is asking, and whether they may: the one door to accounts/policy.py.

The role is read from the database at every question; a registry token only narrows what the role allows."""

from dataclasses import dataclass
from enum import Enum

from accounts import policy, wording
from accounts.exceptions import NotAllowed, NotAuthenticated, ProjectUnknown, Reason, Refusal, TokenTooNarrow
from accounts.models import Member, Project, Role, User


@dataclass(frozen=True)
class Access:
    """One entry of a registry token. It counts only for the project of this id: a recreated project is another."""

    type: str
    name: str
    actions: frozenset[str]
    project_id: int | None
    project_version: int | None


@dataclass(frozen=True)
class Principal:
    """Who asks. `access` is None for all that the roles allow, else what the presented token carries."""

    kind: str
    id: int | None
    name: str
    is_sysadmin: bool
    authorization_version: int
    access: tuple[Access, ...] | None = None

    @property
    def key(self) -> str:
        return self.kind if self.id is None else f"{self.kind}:{self.id}"

    @property
    def is_anonymous(self) -> bool:
        return self.kind == "anonymous"


ANONYMOUS = Principal(kind="anonymous", id=None, name="anonymous", is_sysadmin=False, authorization_version=0)
SYSTEM = Principal(kind="system", id=None, name="system", is_sysadmin=True, authorization_version=0)


def of_user(user: User, *, access: tuple[Access, ...] | None = None) -> Principal:
    return Principal("user", user.pk, user.username, user.is_sysadmin, user.authorization_version, access)


@dataclass(frozen=True)
class Standing:
    """What one principal is in one project, as the database says now."""

    is_sysadmin: bool
    role: Role | None
    is_public: bool

    def allows(self, action: str) -> bool:
        return self.is_sysadmin or policy.allows(self.role, action, is_public=self.is_public)

    @property
    def token_actions(self) -> frozenset[str]:
        """What a token for a repository of this project may carry at most."""
        in_project = {action: word for action, word in policy.TOKEN_ACTIONS.items() if action in policy.POLICY}
        refused = {word for action, word in in_project.items() if not self.allows(action)}
        return frozenset(in_project.values()) - refused


def standing(by: Principal, project: Project) -> Standing:
    return Standing(by.is_sysadmin, _role(by, project), project.is_public)


def _role(by: Principal, project: Project) -> Role | None:
    if by.is_sysadmin or by.id is None:
        return None
    value = Member.objects.filter(project=project, user_id=by.id).values_list("role", flat=True).first()
    return None if value is None else Role(value)


class Verdict(Enum):
    """The answer to a question, by the rule that gave it; the value is that rule in words."""

    ALLOWED = "allows it"
    NEEDS_SIGN_IN = "needs somebody who is signed in"
    NEEDS_SYSADMIN = "needs a system admin"
    NO_SUCH_PROJECT = "does not exist"
    HIDDEN = "does not exist, or is hidden"
    ROLE_LACKS_IT = "does not allow it"
    SCOPE_LACKS_IT = "is not carried by the token"


@dataclass(frozen=True)
class Explanation:
    """Whether something is allowed, and the chain of reasons that leads there."""

    allowed: bool
    reasons: tuple[Reason, ...]


def may(by: Principal, action: str, project: Project | None, *, repository: str = "") -> bool:
    return _Question(by, action, project, repository).judge()[0] is Verdict.ALLOWED


def explain(by: Principal, action: str, project: Project | None, *, repository: str = "") -> Explanation:
    question = _Question(by, action, project, repository)
    verdict, found = question.judge()
    return Explanation(verdict is Verdict.ALLOWED, question.reasons(verdict, found))


def require(by: Principal, action: str, project: Project | None, *, repository: str = "") -> None:
    """Return if it is allowed, else raise the refusal that fits, with a sentence for the person who asked."""
    question = _Question(by, action, project, repository)
    verdict, found = question.judge()
    if verdict is not Verdict.ALLOWED:
        refusal = question.refusal(verdict)
        raise refusal(question.sentence(verdict, found), reasons=question.reasons(verdict, found))


@dataclass(frozen=True)
class _Question:
    """May `by` do `action` in `project`? Without a project: either the action needs none, or there is none."""

    by: Principal
    action: str
    project: Project | None
    repository: str

    def judge(self) -> tuple[Verdict, Standing | None]:
        policy.check_known(self.action)
        if self.action not in policy.POLICY:
            return self._judge_system_action(), None
        if self.project is None:
            return (Verdict.NO_SUCH_PROJECT if self.by.is_sysadmin else Verdict.HIDDEN), None
        found = standing(self.by, self.project)
        if not found.allows("project:read"):
            return Verdict.HIDDEN, None
        if not found.allows(self.action):
            return Verdict.ROLE_LACKS_IT, found
        return (Verdict.ALLOWED if self._token_carries() else Verdict.SCOPE_LACKS_IT), found

    def _judge_system_action(self) -> Verdict:
        if self.by.is_anonymous:
            return Verdict.NEEDS_SIGN_IN
        if self.action in policy.SYSTEM_ONLY and not self.by.is_sysadmin:
            return Verdict.NEEDS_SYSADMIN
        return Verdict.ALLOWED if self._token_carries() else Verdict.SCOPE_LACKS_IT

    def _token_carries(self) -> bool:
        if self.by.access is None:
            return True
        kind, name = ("repository", self.repository) if self.project else ("registry", "catalog")
        project_id = self.project.pk if self.project else None
        wanted = policy.TOKEN_ACTIONS.get(self.action)
        return any(
            entry.type == kind and entry.name == name and entry.project_id == project_id and wanted in entry.actions
            for entry in self.by.access
        )

    def refusal(self, verdict: Verdict) -> type[Refusal]:
        if verdict is Verdict.SCOPE_LACKS_IT:
            return TokenTooNarrow
        if self.by.is_anonymous:
            return NotAuthenticated
        return ProjectUnknown if verdict is Verdict.NO_SUCH_PROJECT else NotAllowed

    def sentence(self, verdict: Verdict, found: Standing | None) -> str:
        """What the person who asked reads. It tells no more of a hidden project than of an absent one."""
        project = self.project.name if self.project else self.repository.partition("/")[0]
        wish = f"{self.by.name} may not {wording.phrase(self.action, project, self.repository)}"
        if verdict is Verdict.HIDDEN:
            return wording.hidden(self.repository or project)
        if verdict is Verdict.NO_SUCH_PROJECT:
            return f"there is no project {project}"
        if verdict is Verdict.SCOPE_LACKS_IT:
            return f"{wish} with this token, which does not carry that scope; ask for a token that does"
        if self.by.is_anonymous:
            return f"{wish}: sign in first (docker login)"
        if found is None:
            return f"{wish}: only a system admin may"
        role = wording.role_says(found.role, project, found.token_actions)
        return f"{wish}: {role}; a project admin of {project} can change that"

    def reasons(self, verdict: Verdict, found: Standing | None) -> tuple[Reason, ...]:
        """Who asks, as what, and the rule that decides."""
        subject = self.repository or (self.project.name if self.project else self.action)
        chain = [Reason(self.by.name, "is a system admin" if self.by.is_sysadmin else f"asks as {self.by.kind}")]
        if found and self.project:
            chain.append(Reason(self.project.name, wording.role_in_words(found.role, is_public=found.is_public)))
        rule = subject if verdict in (Verdict.HIDDEN, Verdict.NO_SUCH_PROJECT) else self.action
        return (*chain, Reason(rule, verdict.value))
