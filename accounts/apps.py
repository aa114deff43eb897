from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(_make_built_in_roles, sender=self)


def _make_built_in_roles(**_: Any) -> None:
    """The rows of Harbor's five roles, which memberships point at."""
    from accounts.models import BuiltIn, Role

    Role.objects.bulk_create([Role(pk=each.value, name=each.label) for each in BuiltIn], ignore_conflicts=True)
