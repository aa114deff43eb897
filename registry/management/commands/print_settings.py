"""`manage.py print_settings`: the table of settings, as docs/settings.md keeps it."""

from typing import Any

from django.core.management.base import BaseCommand

from registry.env import VARIABLES, Variable

PREFACE = """\
# Settings

An installation is set up by environment variables; none is needed to begin. What an administrator may change while
it runs is not here but in the database. A secret may instead be in a file: `NAME_FILE` names it. A value that cannot be
used stops the start with a sentence.

This page is the output of `manage.py print_settings`.

| variable | default | meaning |
|---|---|---|"""


class Command(BaseCommand):
    help = "Print the table of settings that come from the environment."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        self.stdout.write(PREFACE)
        for declared in VARIABLES:
            self.stdout.write(row(declared))


def row(declared: Variable) -> str:
    default = f"`{declared.default}`" if declared.default else "none"
    secret = " (secret)" if declared.is_secret else ""
    return f"| `{declared.name}` | {default} | {declared.meaning}{secret} |"
