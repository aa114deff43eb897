"""Libraries stay in their rooms. (How our own rooms import each other, import-linter checks.)"""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture import sources

# What may be named where: a folder or file, each with all below it.
ONLY_IN = {
    "rest_framework": ("registry/oci", "registry/serving", "console"),
    "django.http": ("registry/oci", "registry/serving", "console"),
    "django_q": ("registry/jobs",),
    "channels": ("registry/jobs/log.py", "registry/asgi.py", "console/live"),
    "os.environ": ("registry/env.py", "manage.py"),
    "os.getenv": ("registry/env.py",),
}


def test_each_library_is_named_only_in_its_rooms():
    strays = [
        f"{file} names {name}"
        for file in sources.application()
        for name in sorted(set(names_in(sources.tree(file))) & set(ONLY_IN))
        if not _stands_in(file, ONLY_IN[name])
    ]
    assert strays == []


def names_in(tree: ast.AST) -> Iterator[str]:
    """Every imported or dotted name, with each that leads to it: `django.http.response` gives `django.http` too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _prefixes(alias.name)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield from _prefixes(f"{node.module}.{alias.name}")
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}"


def _prefixes(dotted: str) -> Iterator[str]:
    parts = dotted.split(".")
    return (".".join(parts[:length]) for length in range(1, len(parts) + 1))


def _stands_in(file: Path, rooms: tuple[str, ...]) -> bool:
    return any(file == Path(room) or Path(room) in file.parents for room in rooms)
