"""manage.py refresh_people: look anew at everybody whom the directory knows, as the hourly job does."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.exceptions import Refusal
from accounts.identity import refresh


class Command(BaseCommand):
    help = "Ask the directory anew for its people and their groups; disable those who left."

    def handle(self, *_: Any, **__: Any) -> None:
        try:
            for happened in refresh.everybody():
                self.stdout.write(happened)
        except Refusal as refusal:
            raise CommandError(f"{refusal} {getattr(refusal, 'hint', '')}".strip()) from None
