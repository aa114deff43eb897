"""The keys that sign registry tokens. In the database, so that every instance signs and believes the same."""

from django.db import models


class SigningKey(models.Model):
    """One ES256 key pair. The newest key that is not retired signs; all that are not retired verify.

    The private half is encrypted with the installation's data key (accounts/tokens/keys.py)."""

    kid = models.CharField(max_length=64, unique=True)
    public_pem = models.TextField()
    private_pem_encrypted = models.TextField()
    created_at = models.DateTimeField()
    retires_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.kid
