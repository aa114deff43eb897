"""Roles: named sets of actions."""

from django.db import models


class BuiltIn(models.IntegerChoices):
    """Harbor's five project roles, under Harbor's ids. What each may do is in accounts/policy.py, for good."""

    PROJECT_ADMIN = 1, "projectAdmin"
    DEVELOPER = 2, "developer"
    GUEST = 3, "guest"
    MAINTAINER = 4, "maintainer"
    LIMITED_GUEST = 5, "limitedGuest"


FIRST_CUSTOM_ROLE = 101


class Role(models.Model):
    """A role in a project. The built-in ones are locked, and have their actions from the permission table;
    a custom one, numbered from 101, is made of the actions listed here."""

    id = models.PositiveIntegerField(primary_key=True)
    name = models.CharField(max_length=64, unique=True)
    description = models.CharField(max_length=255, blank=True)
    actions = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name

    @property
    def is_built_in(self) -> bool:
        return self.pk in BuiltIn.values
