"""How passwords are kept: Argon2id. And how Harbor keeps them, so that people who come from there stay signed up."""

import hashlib
import secrets
from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher, BasePasswordHasher, mask_hash
from django.utils.crypto import constant_time_compare


class PasswordHasher(Argon2PasswordHasher):
    """Two passes over 19 MiB, OWASP's least for Argon2id. Django's own 100 MiB would be half of what
    a web process takes, at every sign-in that is not remembered. Older hashes are taken, and made anew."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1


class HarborHasher(BasePasswordHasher):
    """PBKDF2 with a key of 16 bytes, as in Harbor's database: `harbor_pbkdf2$sha256$600000$<salt>$<key in hex>`.
    Older versions of Harbor made 4096 rounds, of SHA-1 at first. The next sign-in makes it Argon2id."""

    algorithm = "harbor_pbkdf2"
    digest = "sha256"
    iterations = 600_000
    digests = ("sha256", "sha1")
    key_size = 16

    def encode(self, password: str, salt: str) -> str:
        return self._encode(password, salt, self.digest, self.iterations)

    def decode(self, encoded: str) -> dict[str, Any]:
        algorithm, digest, iterations, salt, key = encoded.split("$")
        if algorithm != self.algorithm or digest not in self.digests:
            raise ValueError(f"{algorithm}${digest} is none of Harbor's hashes")
        return {"algorithm": algorithm, "digest": digest, "iterations": int(iterations), "salt": salt, "hash": key}

    def verify(self, password: str, encoded: str) -> bool:
        try:
            kept = self.decode(encoded)
        except ValueError:
            return False
        return constant_time_compare(encoded, self._encode(password, kept["salt"], kept["digest"], kept["iterations"]))

    def safe_summary(self, encoded: str) -> dict[Any, Any]:
        kept = self.decode(encoded)
        return {**kept, "salt": mask_hash(kept["salt"]), "hash": mask_hash(kept["hash"])}

    def salt(self) -> str:
        return secrets.token_hex(16)

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Nothing: how long a refusal takes is the business of accounts/identity/local.py."""

    def _encode(self, password: str, salt: str, digest: str, iterations: int) -> str:
        key = hashlib.pbkdf2_hmac(digest, password.encode(), salt.encode(), iterations, self.key_size)
        return f"{self.algorithm}${digest}${iterations}${salt}${key.hex()}"
