"""A person who may sign in."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=username)


class User(AbstractBaseUser):
    """A person. `authorization_version` rises with every change that may take a right away, so that
    tokens granted under an older version are refused (see accounts/sign_in).

    `source` is the identity source that knows the password; `external_id` what it calls the person (a DN).
    System admins are made so by hand (`is_sysadmin`), or by a group as of the last sign-in or refresh."""

    username = models.CharField(max_length=255, unique=True)
    email = models.CharField(max_length=255, blank=True)
    realname = models.CharField(max_length=255, blank=True)
    comment = models.CharField(max_length=30, blank=True)
    source = models.CharField(max_length=32, default="local")
    external_id = models.CharField(max_length=1024, blank=True)
    is_sysadmin = models.BooleanField(default=False)
    is_sysadmin_by_group = models.BooleanField(default=False)
    is_auditor = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    authorization_version = models.PositiveIntegerField(default=1)
    groups_found_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["email"], condition=~models.Q(email=""), name="one_user_per_email"),
        )

    def __str__(self) -> str:
        return self.username
