"""Personal access tokens: what a person gives to programs instead of a password."""

from django.db import models

from accounts.models.user import User


class AccessToken(models.Model):
    """One secret of one user, good for as much as they may do, or for less.

    `key` is the part of the secret that finds the row, `secret_hash` the SHA-256 of the whole: it has 256
    random bits, so nothing slower is needed. `limit` is None for all that the user may, else a list of
    {"project_id": 7 or null, "actions": [...]}: what it is good for at most."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="access_tokens")
    name = models.CharField(max_length=255)
    key = models.CharField(max_length=32, unique=True)
    secret_hash = models.CharField(max_length=64)
    limit = models.JSONField(null=True)
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    last_used_from = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "name"], name="one_access_token_per_user_and_name"),)

    def __str__(self) -> str:
        return f"{self.name} of {self.user}"
