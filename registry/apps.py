from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "registry"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Every process signs and believes queue messages by the queue's own key.
        import registry.jobs.messages  # noqa: F401

        _check_configuration()


def _check_configuration() -> None:
    """Stop the start where the settings that the environment fixes cannot be so."""
    from accounts import configuration
    from accounts.exceptions import Invalid
    from registry.env import BadValue

    try:
        configuration.check_given()
    except Invalid as refusal:
        raise BadValue(f"CONFIG_OVERWRITE_JSON: {refusal}") from None
