"""The project's own files, as these checks read them: paths are relative to the top of the tree."""

import ast
import subprocess
from functools import cache
from pathlib import Path

TOP = Path(__file__).parents[2]
APPS = ("accounts", "registry", "replication", "console")


@cache
def all_files() -> tuple[Path, ...]:
    """What git keeps, or would keep once added."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=TOP, check=True, capture_output=True, text=True).stdout
    return tuple(sorted(path for name in names.split("\0") if name and (TOP / (path := Path(name))).exists()))


def python() -> list[Path]:
    """Every Python file that people write: migrations are made, and exempt."""
    return [file for file in all_files() if file.suffix == ".py" and "migrations" not in file.parts]


def application() -> list[Path]:
    """Those that run in an installation."""
    return [file for file in python() if file.parts[0] in (*APPS, "manage.py")]


def text(file: Path) -> str:
    return (TOP / file).read_text()


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(text(file), str(file))
