"""/api/v2.0/projects/<project>/grants: roles that are narrowed to some repositories and tags.

Harbor has no such thing, and its clients see none of them among the members."""

from django.http import HttpResponse
from rest_framework.request import Request

from accounts import members
from accounts.models import Member
from console.api import pagination, projects, query
from console.api.base import Text, View, answer, created, done, moment
from console.api.members import NewMember, entity
from console.api.members import shown as as_member


class NewGrant(NewMember):
    repositories = Text()
    tags = Text()


class GrantList(View):
    def get(self, request: Request, name_or_id: str) -> HttpResponse:
        project = projects.admit(request, "member:list", name_or_id, by=self.by)
        page = pagination.cut(request, members.grants_of(project))
        return answer([shown(grant) for grant in page.rows], **page.headers)

    def post(self, request: Request, name_or_id: str) -> HttpResponse:
        project = projects.admit(request, "member:create", name_or_id, by=self.by)
        wanted = self.fields(NewGrant)
        patterns = {"repositories": wanted["repositories"], "tags": wanted["tags"]}
        grant = members.grant(project, entity(wanted, by=self.by), wanted["role_id"], **patterns, by=self.by)
        return created(f"{projects.PATH}/{project.pk}/grants/{grant.pk}")


class GrantDetail(View):
    def get(self, request: Request, name_or_id: str, grant_id: str) -> HttpResponse:
        project = projects.admit(request, "member:read", name_or_id, by=self.by)
        return answer(shown(members.get_grant(project, query.whole(grant_id))))

    def delete(self, request: Request, name_or_id: str, grant_id: str) -> HttpResponse:
        project = projects.admit(request, "member:delete", name_or_id, by=self.by)
        members.remove(members.get_grant(project, query.whole(grant_id)), by=self.by)
        return done()


def shown(grant: Member) -> dict[str, object]:
    return {
        **as_member(grant),
        "repositories": grant.repositories,
        "tags": grant.tags,
        "creation_time": moment(grant.created_at),
    }
