"""The console's texts and their translations. `python -m tests.architecture.messages`, or `make messages`, gathers
what is new into console/locale and compiles it; the tests gather into a copy and compare."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.architecture import sources

LANGUAGES = ("zh_Hans",)
ROOMS = ("console", "templates")
PROGRAMS = ("xgettext", "msgmerge", "msgfmt", "msguniq")
FLAGS = ("--add-location=never", "--no-wrap", "--no-obsolete", "--verbosity=0")


def file_of(language: str, room: Path = sources.TOP / "console") -> Path:
    return room / "locale" / language / "LC_MESSAGES" / "django.po"


def gather(top: Path) -> None:
    """Write the texts of this copy of the project into its catalogues, beside what is translated already."""
    locales = [word for language in LANGUAGES for word in ("--locale", language)]
    for language in LANGUAGES:
        file_of(language, top).parent.mkdir(parents=True, exist_ok=True)
    environ = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-m", "django", "makemessages", *locales, *FLAGS]
    subprocess.run(command, cwd=top, env=environ, check=True, capture_output=True)
    for language in LANGUAGES:
        file = file_of(language, top)
        lines = [line for line in file.read_text().splitlines() if not line.startswith('"POT-Creation-Date')]
        file.write_text("\n".join(lines) + "\n")


def copy(folder: Path) -> Path:
    """The rooms that have texts, in a folder of their own, with the catalogues at its top for all of them."""
    for room in ROOMS:
        shutil.copytree(sources.TOP / room, folder / room, ignore=shutil.ignore_patterns("__pycache__", "locale"))
    if (sources.TOP / "console" / "locale").exists():
        shutil.copytree(sources.TOP / "console" / "locale", folder / "locale")
    return folder


def compile_(file: Path) -> None:
    """Raises CalledProcessError where a translation has other placeholders than its text."""
    command = ["msgfmt", "--check", f"--output-file={file.with_suffix('.mo')}", str(file)]
    subprocess.run(command, check=True, capture_output=True, text=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        gathered = copy(Path(folder))
        gather(gathered)
        for language in LANGUAGES:
            file_of(language).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file_of(language, gathered), file_of(language))
            compile_(file_of(language))


if __name__ == "__main__":
    main()
