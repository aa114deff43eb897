"""/api/v2.0/explain?action=repository:push&repository=library/app&tag=1&user=alice: may they, and why?

Without user, robot or anonymous the question is about whoever asks."""

from dataclasses import dataclass

from django.http import HttpResponse
from rest_framework.request import Request

from accounts import explanations, policy, projects
from accounts.exceptions import Invalid
from accounts.explanations import Subject
from accounts.models import Project
from accounts.principals import Principal
from console.api import query
from console.api.base import View, answer
from registry.content import explanations as state
from registry.content import names

ABOUT = ("user", "robot", "anonymous")


@dataclass(frozen=True)
class Question:
    """What is asked, as the query has it; `name` is the project's, whether it exists or not."""

    action: str
    name: str
    repository: str
    tag: str | None
    project: Project | None


class Explain(View):
    def get(self, request: Request) -> HttpResponse:
        question = _question(request)
        subject = _subject(request, question, by=self.by)
        found = explanations.answer(
            subject,
            question.action,
            question.project,
            repository=question.repository or ("" if question.project else question.name),
            tag=question.tag,
            by=self.by,
        )
        found = state.complete(found, question.action, question.project)
        return answer(
            {
                "allowed": found.allowed,
                "principal": subject.principal.name,
                "action": question.action,
                "project": question.name,
                "repository": question.repository,
                "tag": question.tag or "",
                "message": found.sentence,
                "reasons": [{"subject": each.subject, "says": each.says} for each in found.reasons],
            }
        )


def _question(request: Request) -> Question:
    asked = request.query_params
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


def _subject(request: Request, question: Question, *, by: Principal) -> Subject:
    """Whom the question is about; others only for those who may ask about them."""
    asked = {about: request.query_params[about] for about in ABOUT if request.query_params.get(about)}
    if len(asked) > 1:
        raise Invalid("ask about one user, one robot or anonymous, and about one at a time")
    if not asked or asked in ({"user": by.name}, {"robot": by.name}):
        return explanations.oneself(by)
    explanations.require_asking(by, question.action, question.project, named=question.name)
    if "user" in asked:
        return explanations.of_somebody(asked["user"])
    if "robot" in asked:
        return explanations.of_robot(asked["robot"], question.project, by=by)
    return explanations.of_nobody() if query.flag(asked["anonymous"]) else explanations.oneself(by)
