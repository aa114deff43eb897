"""Joining a project, changing role in it and leaving it."""

from django.db import IntegrityError, transaction

from accounts import audit, projects
from accounts.exceptions import AlreadyMember
from accounts.models import Member, Project, User
from accounts.permissions import require
from accounts.principals import Principal


@transaction.atomic
def add(project: Project, user: User, role: int, *, by: Principal) -> Member:
    require(by, "member:create", project)
    try:
        with transaction.atomic():
            member = Member.objects.create(project=project, user=user, role_id=role)
    except IntegrityError:
        raise AlreadyMember(f"{user} is already a member of {project}") from None
    projects.raise_version(project)
    audit.record(by, "create", "member", f"{user} as {member.role}", project)
    return member


@transaction.atomic
def change(member: Member, role: int, *, by: Principal) -> None:
    require(by, "member:update", member.project)
    Member.objects.filter(pk=member.pk).update(role_id=role)
    member.refresh_from_db()
    projects.raise_version(member.project)
    audit.record(by, "update", "member", f"{member.user} as {member.role}", member.project)


@transaction.atomic
def remove(member: Member, *, by: Principal) -> None:
    require(by, "member:delete", member.project)
    Member.objects.filter(pk=member.pk).delete()
    projects.raise_version(member.project)
    audit.record(by, "delete", "member", str(member.user), member.project)
