"""manage.py locate: the files on disk behind a tag, drawn as a tree."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.exceptions import Refusal
from registry.upkeep import locate


class Command(BaseCommand):
    help = "Show each file on disk behind a tag or digest, its size, and which other repositories use it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("reference", help="library/app:1 or library/app@sha256:…")

    def handle(self, *_: Any, reference: str, **__: Any) -> None:
        try:
            found = locate.tree(reference)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"in {locate.root()}")
        for line in locate.lines(found):
            self.stdout.write(line)
