"""Argon2 at a price that a thousand tests can pay: the same code and format, with little memory."""

from accounts.hashers import PasswordHasher


class QuickArgon2(PasswordHasher):
    time_cost = 1
    memory_cost = 1024
    parallelism = 1


class CountingArgon2(QuickArgon2):
    """One that tells how often it has worked, in `worked`. Name it in PASSWORD_HASHERS, and set it to 0 first."""

    worked = 0

    def encode(self, password: str, salt: str) -> str:
        CountingArgon2.worked += 1
        return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        CountingArgon2.worked += 1
        return super().verify(password, encoded)
