"""Whether a principal may do something: the one door to the permission table, and to the reasons behind it.

The roles are read from the database at every question; a credential only narrows what they allow."""

from dataclasses import dataclass
from enum import Enum

from accounts import policy, wording
from accounts.exceptions import NotAllowed, NotAuthenticated, ProjectUnknown, Reason, Refusal, TokenTooNarrow
from accounts.models import Project
from accounts.principals import Principal
from accounts.standings import Standing, standing


class Verdict(Enum):
    """The answer to a question, by the rule that gave it; the value is that rule in words."""

    ALLOWED = "allows it"
    NEEDS_SIGN_IN = "needs somebody who is signed in"
    NEEDS_SYSADMIN = "needs a system admin"
    NO_SUCH_PROJECT = "does not exist"
    HIDDEN = "does not exist, or is hidden"
    ROLE_LACKS_IT = "does not allow it"
    PATTERN_LACKS_IT = "allows it for other repositories or tags only"
    LIMIT_LACKS_IT = "is not what this access token is good for"
    SCOPE_LACKS_IT = "is not carried by the token"


@dataclass(frozen=True)
class Explanation:
    """Whether something is allowed, and the chain of reasons that leads there; where it is not, the sentence too."""

    allowed: bool
    reasons: tuple[Reason, ...]
    sentence: str = ""


def sees(by: Principal, project: Project) -> bool:
    """Whether the project is there for this principal at all, whatever it may do in it."""
    return standing(by, project).sees


def may(by: Principal, action: str, project: Project | None, *, repository: str = "", tag: str | None = None) -> bool:
    return _Question(by, action, project, repository, tag).judge()[0] is Verdict.ALLOWED


def explain(
    by: Principal, action: str, project: Project | None, *, repository: str = "", tag: str | None = None
) -> Explanation:
    question = _Question(by, action, project, repository, tag)
    verdict, found = question.judge()
    allowed = verdict is Verdict.ALLOWED
    return Explanation(allowed, question.reasons(verdict, found), "" if allowed else question.sentence(verdict, found))


def require(
    by: Principal, action: str, project: Project | None, *, repository: str = "", tag: str | None = None
) -> None:
    """Return if it is allowed, else raise the refusal that fits, with a sentence for the person who asked.

    `tag` is the one that the action names; what is asked by digest has none, and is not narrowed by tags."""
    question = _Question(by, action, project, repository, tag)
    verdict, found = question.judge()
    if verdict is not Verdict.ALLOWED:
        refusal = question.refusal(verdict)
        raise refusal(
            question.sentence(verdict, found),
            reasons=question.reasons(verdict, found),
            action=action,
            project_id=project.pk if project and verdict is not Verdict.HIDDEN else None,
        )


@dataclass(frozen=True)
class _Question:
    """May `by` do `action` in `project`? Without a project: either the action needs none, or there is none."""

    by: Principal
    action: str
    project: Project | None
    repository: str
    tag: str | None

    def judge(self) -> tuple[Verdict, Standing | None]:
        policy.check_known(self.action)
        if self.action not in policy.POLICY:
            return self._judge_system_action(), None
        if self.project is None:
            return (Verdict.NO_SUCH_PROJECT if self.by.is_told_all else Verdict.HIDDEN), None
        found = standing(self.by, self.project)
        if not found.sees:
            return Verdict.HIDDEN, None
        return self._judge_standing(found), found

    def _judge_standing(self, found: Standing) -> Verdict:
        if not found.roles_allow(self.action, self.repository, self.tag):
            held_elsewhere = any(self.action in each.grant.actions for each in found.held)
            return Verdict.PATTERN_LACKS_IT if held_elsewhere else Verdict.ROLE_LACKS_IT
        if not found.allows(self.action, self.repository, self.tag):
            return Verdict.LIMIT_LACKS_IT
        return Verdict.ALLOWED if self._token_carries() else Verdict.SCOPE_LACKS_IT

    def _judge_system_action(self) -> Verdict:
        by = self.by
        if by.is_anonymous:
            return Verdict.NEEDS_SIGN_IN
        if not self._holds_system_action():
            return Verdict.NEEDS_SYSADMIN
        if by.limit is not None and not any(
            self.action in grant.actions and grant.project_id is None for grant in by.limit
        ):
            return Verdict.LIMIT_LACKS_IT
        return Verdict.ALLOWED if self._token_carries() else Verdict.SCOPE_LACKS_IT

    def _holds_system_action(self) -> bool:
        by = self.by
        if by.is_sysadmin or (by.is_auditor and policy.is_reading(self.action)):
            return True
        if self.action in policy.SIGNED_IN:
            return by.kind == "user"
        return any(
            self.action in grant.actions and grant.project_id is None and not grant.covers_all_projects
            for grant in by.grants
        )

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
        thing = f"{self.repository}:{self.tag}" if self.repository and self.tag else self.repository
        wish = f"{self.by.name} may not {wording.phrase(self.action, project, thing)}"
        if verdict is Verdict.HIDDEN:
            return wording.hidden(self.repository or project, by=self.by)
        if verdict is Verdict.NO_SUCH_PROJECT:
            return f"there is no project {project}"
        if verdict is Verdict.SCOPE_LACKS_IT:
            return f"{wish} with this token, which does not carry that scope; ask for a token that does"
        if verdict is Verdict.LIMIT_LACKS_IT:
            return f"{wish} with this access token, which is good for less; make one that is good for that"
        if self.by.is_anonymous:
            return f"{wish}: sign in first (docker login)"
        if found is None:
            return f"{wish}: only a system admin may"
        if verdict is Verdict.PATTERN_LACKS_IT:
            narrowed = wording.narrowed(each.grant for each in found.held if self.action in each.grant.actions)
            return f"{wish}: that is allowed {narrowed} only; a project admin of {project} can change that"
        held = wording.held(self.by, found, project, found.token_actions(self.repository))
        return f"{wish}: {held}; {wording.who_can_change(self.by, project)}"

    def reasons(self, verdict: Verdict, found: Standing | None) -> tuple[Reason, ...]:
        """Who asks, as what, and the rule that decides."""
        subject = self.repository or (self.project.name if self.project else self.action)
        chain = [Reason(self.by.name, wording.who(self.by))]
        if found and self.project:
            chain += [Reason(self.project.name, says) for says in wording.standing_in_words(found)]
        rule = subject if verdict in (Verdict.HIDDEN, Verdict.NO_SUCH_PROJECT) else self.action
        return (*chain, Reason(rule, verdict.value))
