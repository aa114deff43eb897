"""The addresses of all pages. Between a thing and its tabs stands a `-`, which is the name of nothing."""

from django.urls import URLPattern, path, register_converter

from console import converters
from console.pages import (
    access_tokens,
    home,
    labels,
    logs,
    me,
    members,
    project_contents,
    project_logs,
    project_settings,
    projects,
    robots,
    sign_in,
    why,
)
from console.pages.artifact import additions, disk, documents, layers, overview, referrers

for word, converter in converters.CONVERTERS.items():
    register_converter(converter, word)

urlpatterns: list[URLPattern] = [
    path("", home.show),
    path("logs", logs.show),
    path("logs/export", logs.export),
    path("sign-in", sign_in.show),
    path("sign-out", sign_in.leave),
    path("me", me.show),
    path("me/profile", me.describe),
    path("me/password", me.set_password),
    path("me/look", me.set_look),
    path("me/tokens", access_tokens.list_),
    path("me/tokens/new", access_tokens.create),
    path("me/tokens/<int:token_id>/revoke", access_tokens.revoke),
    path("projects", projects.list_),
    path("projects/-/new", projects.create),
    path("projects/<project:project_name>", project_contents.show),
    path("projects/<project:project_name>/-/delete-repositories", project_contents.delete),
    path("projects/<project:project_name>/-/favourite", projects.mark),
    path("projects/<project:project_name>/-/members", members.list_),
    path("projects/<project:project_name>/-/members/new", members.add),
    path("projects/<project:project_name>/-/members/candidates", members.candidates),
    path("projects/<project:project_name>/-/members/<int:member_id>/role", members.change),
    path("projects/<project:project_name>/-/members/<int:member_id>/remove", members.remove),
    path("projects/<project:project_name>/-/labels", labels.list_),
    path("projects/<project:project_name>/-/labels/new", labels.create),
    path("projects/<project:project_name>/-/labels/<int:label_id>", labels.change),
    path("projects/<project:project_name>/-/labels/<int:label_id>/delete", labels.delete),
    path("projects/<project:project_name>/-/logs", project_logs.show),
    path("projects/<project:project_name>/-/logs/export", project_logs.export),
    path("projects/<project:project_name>/-/settings", project_settings.show),
    path("projects/<project:project_name>/-/delete", project_settings.delete),
    *(
        each
        for place in ("robots", "projects/<str:project_name>/-/robots")
        for each in (
            path(place, robots.list_),
            path(f"{place}/new", robots.create),
            path(f"{place}/<int:robot_id>", robots.change),
            path(f"{place}/<int:robot_id>/secret", robots.refresh),
            path(f"{place}/<int:robot_id>/switch", robots.switch),
            path(f"{place}/<int:robot_id>/delete", robots.delete),
        )
    ),
    path("projects/<repository:name>:<tag:tag>", overview.by_tag),
    path("projects/<repository:name>@<digest:digest>", overview.show),
    path("projects/<repository:name>@<digest:digest>/-/layers", layers.show),
    path("projects/<repository:name>@<digest:digest>/-/additions/<str:addition>", additions.show),
    path("projects/<repository:name>@<digest:digest>/-/referrers", referrers.show),
    path("projects/<repository:name>@<digest:digest>/-/manifest", documents.show),
    path("projects/<repository:name>@<digest:digest>/-/manifest/file", documents.manifest_file),
    path("projects/<repository:name>@<digest:digest>/-/config/file", documents.config_file),
    path("projects/<repository:name>@<digest:digest>/-/disk", disk.show),
    path("why", why.ask),
    path("refusals", why.find),
    path("refusals/<str:number>", why.refusal),
]
