"""May X do Y to Z? The question as an address has it, and whom it may be asked about. The API and the page share it."""

from collections.abc import Mapping
from dataclasses import dataclass

from accounts import explanations, policy, projects
from accounts.exceptions import Invalid
from accounts.explanations import Subject
from accounts.models import Project
from accounts.permissions import Explanation
from accounts.principals import Principal
from registry.content import explanations as state
from registry.content import names

ABOUT = ("user", "robot", "anonymous")


@dataclass(frozen=True)
class Question:
    """What is asked; `name` is the project's, whether it exists or not."""

    action: str
    name: str
    repository: str
    tag: str | None
    project: Project | None


@dataclass(frozen=True)
class Answer:
    """The question, whom it was about, and what is to be said to it."""

    question: Question
    subject: Subject
    found: Explanation


def answer(asked: Mapping[str, str], *, by: Principal) -> Answer:
    """`asked` has action, project or repository, tag, and user, robot or anonymous; without those three the question
    is about whoever asks."""
    question = _question(asked)
    subject = _subject(asked, question, by=by)
    found = explanations.answer(
        subject,
        question.action,
        question.project,
        repository=question.repository or ("" if question.project else question.name),
        tag=question.tag,
        by=by,
    )
    return Answer(question, subject, state.complete(found, question.action, question.project))


def _question(asked: Mapping[str, str]) -> Question:
    action, repository, name = asked.get("action", ""), asked.get("repository", ""), asked.get("project", "")
    explanations.check_action(action)
    if repository:
        repository = names.repository(repository)
        name = names.project_of(repository)
    if action in policy.POLICY and not name:
        raise Invalid(f"{action} is asked of a project, or of a repository: name one of them")
    tag = names.tag(asked["tag"]) if asked.get("tag") else None
    if tag and not repository:
        raise Invalid("a tag is one of a repository: name that too")
    in_project = action in policy.POLICY
    return Question(action, name if in_project else "", repository, tag, projects.find(name) if in_project else None)


def _subject(asked: Mapping[str, str], question: Question, *, by: Principal) -> Subject:
    """Whom the question is about; others only for those who may ask about them."""
    about = {word: asked[word] for word in ABOUT if asked.get(word)}
    if len(about) > 1:
        raise Invalid("ask about one user, one robot or anonymous, and about one at a time")
    if not about or about in ({"user": by.name}, {"robot": by.name}):
        return explanations.oneself(by)
    explanations.require_asking(by, question.action, question.project, named=question.name)
    if "user" in about:
        return explanations.of_somebody(about["user"])
    if "robot" in about:
        return explanations.of_robot(about["robot"], question.project, by=by)
    return explanations.of_nobody()
