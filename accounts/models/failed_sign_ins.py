"""Failed sign-ins, kept where every instance sees them."""

from django.db import models


class FailedSignIns(models.Model):
    """How often in a row one user name failed from one address, since it last succeeded there."""

    username = models.CharField(max_length=255)
    client_address = models.CharField(max_length=64, blank=True)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["username", "client_address"], name="one_count_of_failures_per_name_and_address"
            ),
        )

    def __str__(self) -> str:
        return f"{self.username} from {self.client_address}"
