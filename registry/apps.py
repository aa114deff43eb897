from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "registry"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Every process signs and believes queue messages by the queue's own key.
        import registry.jobs.messages  # noqa: F401
