"""Projects, and who belongs to them in which role."""

from django.db import models
from django.db.models import Q

from accounts.models.group import UserGroup
from accounts.models.role import Role
from accounts.models.user import User


class Project(models.Model):
    """The first segment of a repository's name, and the place where roles are given.

    `authorization_version` rises with every change of members, of visibility or of roles.
    `metadata` are Harbor's settings of a project, strings all; `public` is a column of its own."""

    name = models.CharField(max_length=255, unique=True)
    is_public = models.BooleanField(default=False)
    metadata = models.JSONField(default=dict)
    owner = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    authorization_version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """The role of one user or one group in one project: in all of it, or narrowed to what patterns match.

    `repositories` matches names below the project (`team-a/**`), `tags` those of tags; empty is all, and a
    pattern behind `!` is all but what it matches. Whoever has several roles may do what any of them allows."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="memberships")
    group = models.ForeignKey(UserGroup, null=True, on_delete=models.CASCADE, related_name="memberships")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="memberships")
    repositories = models.CharField(max_length=255, blank=True)
    tags = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(user=None, group__isnull=False) | Q(user__isnull=False, group=None),
                name="a_member_is_a_user_or_a_group",
            ),
            models.UniqueConstraint(
                fields=["project", "user"],
                condition=Q(repositories="", tags=""),
                name="one_role_in_all_of_a_project_per_user",
            ),
            models.UniqueConstraint(
                fields=["project", "group"],
                condition=Q(repositories="", tags=""),
                name="one_role_in_all_of_a_project_per_group",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user or self.group} in {self.project}"
