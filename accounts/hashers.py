"""How passwords are kept: Argon2id."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class PasswordHasher(Argon2PasswordHasher):
    """Two passes over 19 MiB, OWASP's least for Argon2id. Django's own 100 MiB would be half of what
    a web process takes, at every sign-in that is not remembered. Older hashes are taken, and made anew."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
