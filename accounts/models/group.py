"""Groups of people, as the directory has them."""

from django.db import models

from accounts.models.user import User


class GroupKind(models.IntegerChoices):
    """From where a group comes, in Harbor's numbers."""

    LDAP = 1
    HTTP = 2
    OIDC = 3


class UserGroup(models.Model):
    """A group that may be a member of projects. `dn_key` is the LDAP name in the one form it is compared in."""

    name = models.CharField(max_length=255)
    kind = models.PositiveSmallIntegerField(choices=GroupKind.choices, default=GroupKind.LDAP)
    ldap_dn = models.CharField(max_length=1024, blank=True)
    dn_key = models.CharField(max_length=1024, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["dn_key"], condition=~models.Q(dn_key=""), name="one_group_per_dn"),
            models.UniqueConstraint(
                fields=["kind", "name"], condition=models.Q(dn_key=""), name="one_group_per_kind_and_name"
            ),
        )

    def __str__(self) -> str:
        return self.name


class GroupMembership(models.Model):
    """A user is in a group, directly or through other groups: as found at the last sign-in or refresh."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="group_memberships")
    group = models.ForeignKey(UserGroup, on_delete=models.CASCADE, related_name="user_memberships")
    found_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "group"], name="once_in_a_group"),)

    def __str__(self) -> str:
        return f"{self.user} in {self.group}"
