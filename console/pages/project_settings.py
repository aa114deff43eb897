"""What a project is like, and its end."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts import metadatas, projects
from accounts.permissions import may
from console.forms.project_settings import AccessForm
from console.forms.typed_names import TypedNameForm
from console.pages import project_head
from console.pages.base import PageRequest, public_page, redirect, render
from console.pages.project_head import PROJECTS
from registry.content import projects as contents


@public_page
def show(request: PageRequest, project_name: str) -> HttpResponse:
    """GET shows all of it; POST changes who may see the project."""
    head = project_head.admit("settings", "metadata:read", project_name, by=request.principal)
    known = metadatas.of(head.project)
    form = AccessForm(request.POST or None, initial=known)
    if form.is_valid():
        projects.change(head.project, form.cleaned_data, by=request.principal)
        return redirect(request, head.tab_url, _("Who may see the project is saved."))
    context = {
        "head": head,
        "form": form,
        "held": head.usage,
        "others": sorted((key, value) for key, value in known.items() if key != metadatas.PUBLIC),
        "may_change": head.standing.allows("project:update"),
        "may_delete": head.standing.allows("project:delete"),
        "may_limit": may(request.principal, "system-quota:update", None),
    }
    return render(request, "projects/settings.html", context, status=422 if form.errors else 200)


@public_page
def delete(request: PageRequest, project_name: str) -> HttpResponse:
    """Its name is typed first: nothing brings a project back."""
    head = project_head.admit("", "project:delete", project_name, by=request.principal)
    form = TypedNameForm(head.project.name, request.POST if request.method == "POST" else None)
    if form.is_valid():
        contents.delete(head.project, by=request.principal)
        return redirect(request, PROJECTS, _("Project %s is deleted.") % head.project.name)
    context = {
        "head": head,
        "form": form,
        "why_kept": contents.why_kept(head.project),
        "members": head.project.members.count(),
        "robots": head.project.robots.count(),
        "labels": head.project.labels.count(),
    }
    return render(request, "projects/delete.html", context, status=422 if form.errors else 200)
