"""Projects, and who belongs to them in which role."""

from django.db import models

from accounts.models.user import User


class Role(models.IntegerChoices):
    """Harbor's five project roles, under Harbor's ids."""

    PROJECT_ADMIN = 1, "projectAdmin"
    DEVELOPER = 2, "developer"
    GUEST = 3, "guest"
    MAINTAINER = 4, "maintainer"
    LIMITED_GUEST = 5, "limitedGuest"


class Project(models.Model):
    """The first segment of a repository's name, and the place where roles are given.

    `authorization_version` rises with every change of members, of visibility or of roles."""

    name = models.CharField(max_length=255, unique=True)
    is_public = models.BooleanField(default=False)
    owner = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    authorization_version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """One user's role in one project."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.PositiveSmallIntegerField(choices=Role.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["project", "user"], name="one_membership_per_project"),)

    def __str__(self) -> str:
        return f"{self.user} in {self.project}"
