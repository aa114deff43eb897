"""`manage.py rotate_token_key`: change the key that signs registry tokens, without a failed request."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import configuration
from accounts.tokens import keys


class Command(BaseCommand):
    help = "Publish a new key for registry tokens; it signs a minute later, and the key before it retires."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--overlap-seconds",
            type=int,
            help="how long tokens of the old key are still believed; by default until the last of them has expired. "
            "0 where the old key has leaked: its tokens are refused within seconds, and clients sign in again",
        )

    def handle(self, *_: Any, **options: Any) -> None:
        overlap = options["overlap_seconds"]
        if overlap is None:
            overlap = keys.PUBLISHED_SECONDS + keys.REREAD_SECONDS + configuration.number("token_expiration") * 60
        if overlap < 0:
            raise CommandError("the overlap cannot be negative")
        kid = keys.rotate(overlap)
        self.stdout.write(f"key {kid} is published; the keys before it retire in {overlap} seconds")
