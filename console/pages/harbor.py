"""Where Harbor's deep links lead, which stand in mails, wikis and bookmarks. Its projects are numbers there."""

from urllib.parse import unquote

from django.http import HttpResponse, HttpResponseRedirect

from accounts import projects
from accounts.principals import Principal
from console import navigation
from console.pages.base import HOME, SIGN_IN, PageRequest, public_page
from console.pages.faults import PageUnknown
from registry.content import names

PLACES = {
    "projects": "/projects",
    "logs": "/logs",
    "users": "/users",
    "groups": "/groups",
    "robot-accounts": "/robots",
    "project-quotas": "/quotas",
    "job-service-dashboard": "/jobs",
    "configs": "/system/configuration",
    "sign-in": SIGN_IN,
}
TABS = {"members": "members", "labels": "labels", "robot-account": "robots", "logs": "logs", "configs": "settings"}


@public_page
def lead(request: PageRequest, rest: str = "") -> HttpResponse:
    head, *below = [unquote(part) for part in rest.strip("/").split("/")] if rest.strip("/") else [""]
    if head == "projects" and below:
        return HttpResponseRedirect(_in_project(below[0], below[1:], by=request.principal))
    if head and head not in PLACES:
        raise PageUnknown
    return HttpResponseRedirect(PLACES.get(head, HOME))


@public_page
def sign_in(request: PageRequest) -> HttpResponse:
    return HttpResponseRedirect(SIGN_IN)


def _in_project(number: str, below: list[str], *, by: Principal) -> str:
    """`1/repositories/team%252Fapp/artifacts-tab/artifacts/sha256:…`, whose last parts may be left out."""
    project = projects.get(int(number) if number.isdecimal() and len(number) < 19 else number, by=by)
    match below:
        case ["repositories", name, *deeper]:
            repository = names.repository(f"{project.name}/{unquote(name)}")
            digest = deeper[-1] if deeper and ":" in deeper[-1] else ""
            at = navigation.artifact_url(repository, names.reference(digest)) if digest else None
            return at or navigation.repository_url(repository)
        case [tab, *_]:
            return navigation.project_url(project.name, TABS.get(tab, ""))
        case _:
            return navigation.project_url(project.name)
