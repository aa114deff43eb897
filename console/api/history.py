"""What the tags of a repository pointed at, and when; ours alone, Harbor has no such thing."""

from django.http import HttpResponse
from rest_framework.request import Request

from console.api import pagination, places, query
from console.api.base import View, answer, moment
from console.api.query import Column
from registry.content import history
from registry.models import TagMove

COLUMNS = {
    "tag": Column("tag", query.text),
    "from": Column("from_digest", query.text),
    "to": Column("to_digest", query.text),
    "by": Column("by", query.text),
    "at": Column("at", query.time),
}


class HistoryList(View):
    """The moves of all tags of a repository, the newest first; `tag=1.0` for those of one."""

    def get(self, request: Request, project_name: str, repository_name: str) -> HttpResponse:
        place = places.admit(self.by, "tag:list", project_name, repository_name)
        rows = history.moves(place.repository, request.query_params.get("tag", ""))
        page = pagination.cut(request, query.select(rows, request, COLUMNS, usual_order="at", descending=True))
        return answer([_shown(move) for move in page.rows], **page.headers)


class TagsAsOf(View):
    """Where each tag pointed at a time: `at=2026-01-31T12:00:00`, in UTC."""

    def get(self, request: Request, project_name: str, repository_name: str) -> HttpResponse:
        place = places.admit(self.by, "tag:list", project_name, repository_name)
        at = query.time(request.query_params.get("at", ""))
        return answer({"at": moment(at), "tags": history.as_of(place.repository, at)})


def _shown(move: TagMove) -> dict[str, object]:
    return {"tag": move.tag, "from": move.from_digest, "to": move.to_digest, "by": move.by, "at": moment(move.at)}
