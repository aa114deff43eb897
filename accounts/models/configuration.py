"""What an admin may change while the system runs."""

from django.db import models


class Setting(models.Model):
    """One changed setting; a key without a row has its default (accounts/configuration.py)."""

    key = models.CharField(max_length=64, unique=True)
    value = models.JSONField()
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.key
