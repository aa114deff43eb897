"""Argon2 at a price that a thousand tests can pay: the same code and format, with little memory."""

from accounts.hashers import PasswordHasher


class QuickArgon2(PasswordHasher):
    time_cost = 1
    memory_cost = 1024
    parallelism = 1
