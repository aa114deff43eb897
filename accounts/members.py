"""Joining a project, changing role in it and leaving it: users and groups, in all of it or narrowed by patterns.

A membership that is narrowed is called a grant. Harbor's clients know nothing of those, and see none."""

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts import audit, configuration, patterns, projects, roles, users, wording
from accounts.exceptions import AlreadyMember, Invalid, MemberUnknown
from accounts.identity import directories
from accounts.models import Member, Project, User, UserGroup
from accounts.permissions import require
from accounts.principals import Grant, Principal

WHOLE = Q(repositories="", tags="")


def of(project: Project, *, called: str = "") -> QuerySet[Member]:
    """Who has a role in all of the project, by name; those alone whose names have `called` in them."""
    return every(project, called=called).filter(WHOLE)


def every(project: Project, *, called: str = "") -> QuerySet[Member]:
    """Those, and who has a role for some of its repositories or tags."""
    rows = _by_name(project)
    return rows.filter(Q(user__username__icontains=called) | Q(group__name__icontains=called)) if called else rows


def grants_of(project: Project) -> QuerySet[Member]:
    """Who has a role for some of its repositories or tags, by name."""
    return every(project).exclude(WHOLE)


def get(project: Project, number: int) -> Member:
    """The member of this number, of this project; MemberUnknown otherwise."""
    return _only(of(project), number, f"project {project} has no member {number}")


def get_any(project: Project, number: int) -> Member:
    return _only(every(project), number, f"project {project} has no member {number}")


def get_grant(project: Project, number: int) -> Member:
    return _only(grants_of(project), number, f"project {project} has no grant {number}")


def counts(project: Project) -> dict[int, int]:
    """How many members have each role in all of the project."""
    return dict(project.members.filter(WHOLE).values_list("role").annotate(Count("pk")))


def person(number: int, name: str) -> User:
    """The user that somebody wants as a member: by number where there is one, else by name. One whom only the
    directory knows gets a row. Invalid where there is none."""
    if not number and not name:
        raise Invalid("member_user must have a user_id or a username")
    found = User.objects.filter(pk=number).first() if number else users.find(name)
    if found is None and not number and configuration.get("auth_mode") == "ldap_auth":
        found = directories.find(name)
    if found is None:
        raise Invalid(f"there is no user {number or name[:255]}")
    return found


@transaction.atomic
def add(project: Project, who: User | UserGroup, role: int, *, by: Principal) -> Member:
    require(by, "member:create", project)
    given = roles.givable(role, project, by=by)
    member = Member(project=project, role=given, **_entity(who))
    try:
        with transaction.atomic():
            member.save(force_insert=True)
    except IntegrityError:
        raise AlreadyMember(f"{who} is already a member of {project}") from None
    projects.raise_version(project)
    audit.record(by, "create", "member", _told(member), project)
    return member


@transaction.atomic
def grant(
    project: Project, who: User | UserGroup, role: int, *, repositories: str = "", tags: str = "", by: Principal
) -> Member:
    """Give a role for the repositories and tags that these patterns match, beside whatever other roles there are."""
    require(by, "member:create", project)
    given = roles.givable(role, project, by=by)
    if not (repositories or tags):
        raise Invalid("a grant is narrowed to some repositories or tags; for all of a project, add a member")
    patterns.check(repositories)
    patterns.check(tags)
    projects.hold(project)  # so that of two equal ones at the same moment one is refused
    wanted = {"project": project, "role": given, "repositories": repositories, "tags": tags, **_entity(who)}
    if Member.objects.filter(**wanted).exists():
        raise AlreadyMember(f"{who} has this grant in {project} already")
    member = Member.objects.create(**wanted)
    projects.raise_version(project)
    audit.record(by, "create", "member", _told(member), project)
    return member


@transaction.atomic
def change(member: Member, role: int, *, by: Principal) -> None:
    require(by, "member:update", member.project)
    given = roles.givable(role, member.project, by=by)
    if not Member.objects.filter(pk=member.pk).update(role=given):
        raise MemberUnknown(f"{_who(member)} was removed from project {member.project} a moment ago")
    member.refresh_from_db()
    projects.raise_version(member.project)
    audit.record(by, "update", "member", _told(member), member.project)


@transaction.atomic
def remove(member: Member, *, by: Principal) -> None:
    require(by, "member:delete", member.project)
    if not Member.objects.filter(pk=member.pk).delete()[0]:
        raise MemberUnknown(f"project {member.project} has no member {member.pk}")
    projects.raise_version(member.project)
    audit.record(by, "delete", "member", _who(member), member.project)


def _by_name(project: Project) -> QuerySet[Member]:
    rows = project.members.select_related("user", "group", "role", "project")
    return rows.annotate(entity_name=Coalesce(F("user__username"), F("group__name"))).order_by("entity_name", "pk")


def _only(rows: QuerySet[Member], number: int, otherwise: str) -> Member:
    found = rows.filter(pk=number).first()
    if found is None:
        raise MemberUnknown(otherwise)
    return found


def _entity(who: User | UserGroup) -> dict[str, User | UserGroup]:
    return {"user": who} if isinstance(who, User) else {"group": who}


def _who(member: Member) -> str:
    return f"group {member.group}" if member.group else str(member.user)


def _told(member: Member) -> str:
    """As the audit log has it: "alice as guest", "group ops as developer for tags !release-*"."""
    narrowing = wording.narrowed([Grant(frozenset(), repositories=member.repositories, tags=member.tags)])
    return f"{_who(member)} as {member.role}{f' {narrowing}' if narrowing else ''}"
