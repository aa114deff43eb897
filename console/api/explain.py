"""/api/v2.0/explain?action=repository:push&repository=library/app&tag=1&user=alice: may they, and why?

Without user, robot or anonymous the question is about whoever asks."""

from django.http import HttpResponse
from rest_framework.request import Request

from console import questions
from console.api import query
from console.api.base import View, answer


class Explain(View):
    def get(self, request: Request) -> HttpResponse:
        asked = request.query_params.dict()
        if asked.get("anonymous") and not query.flag(asked["anonymous"]):
            del asked["anonymous"]
        told = questions.answer(asked, by=self.by)
        return answer(
            {
                "allowed": told.found.allowed,
                "principal": told.subject.principal.name,
                "action": told.question.action,
                "project": told.question.name,
                "repository": told.question.repository,
                "tag": told.question.tag or "",
                "message": told.found.sentence,
                "reasons": [{"subject": each.subject, "says": each.says} for each in told.found.reasons],
            }
        )
