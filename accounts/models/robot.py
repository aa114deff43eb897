"""Robots: accounts for programs."""

from django.db import models
from django.db.models import Q

from accounts.models.project import Project


class Robot(models.Model):
    """A program that may sign in. Without a project it is of the system level, else it belongs to that one.

    `name` is the bare name: what it signs in as (prefix, project) is made of it by accounts/robots.py.
    Secrets are kept as hashes only; during a rotation the previous one is good until `previous_until`.
    `authorization_version` rises with every change that may take a right away."""

    name = models.CharField(max_length=255)
    project = models.ForeignKey(Project, null=True, on_delete=models.CASCADE, related_name="robots")
    description = models.CharField(max_length=1024, blank=True)
    secret = models.CharField(max_length=255)
    previous_secret = models.CharField(max_length=255, blank=True)
    previous_until = models.DateTimeField(null=True)
    duration_days = models.IntegerField(default=-1)
    expires_at = models.DateTimeField(null=True)
    is_disabled = models.BooleanField(default=False)
    creator_kind = models.CharField(max_length=16, default="user")
    creator_id = models.BigIntegerField(null=True)
    creator_name = models.CharField(max_length=255, blank=True)
    authorization_version = models.PositiveIntegerField(default=1)
    last_used_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["project", "name"], name="one_robot_per_project_and_name"),
            models.UniqueConstraint(
                fields=["name"], condition=Q(project=None), name="one_robot_of_the_system_per_name"
            ),
        )

    def __str__(self) -> str:
        return f"{self.project}+{self.name}" if self.project_id else self.name


class RobotGrant(models.Model):
    """What a robot may do: in one project, in all of them, or (neither) in the system.

    `actions` are those of accounts/policy.py ("repository:pull"); the patterns are those of a Member."""

    robot = models.ForeignKey(Robot, on_delete=models.CASCADE, related_name="grants")
    project = models.ForeignKey(Project, null=True, on_delete=models.CASCADE, related_name="robot_grants")
    covers_all_projects = models.BooleanField(default=False)
    actions = models.JSONField(default=list)
    repositories = models.CharField(max_length=255, blank=True)
    tags = models.CharField(max_length=255, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(project=None) | Q(covers_all_projects=False), name="one_project_or_all_of_them"
            ),
        )

    def __str__(self) -> str:
        return f"{self.robot} in {self.project or ('all projects' if self.covers_all_projects else 'the system')}"
