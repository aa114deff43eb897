"""A line of the log must not fail for its own words, least of all when something else has."""

import ast
import logging
from collections.abc import Iterator

from tests.architecture import sources

# A value under one of these names makes logging raise KeyError.
TAKEN = {*vars(logging.makeLogRecord({})), "message", "asctime"}


def test_no_log_line_gives_a_value_the_name_of_one_of_loggings_own():
    clashes = [
        f"{file}:{line} {name}"
        for file in sources.application()
        for line, name in extras(sources.tree(file))
        if name in TAKEN
    ]
    assert clashes == []


def extras(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The names in each `extra={…}`, with their lines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "extra" and isinstance(node.value, ast.Dict):
            for key in node.value.keys:
                if isinstance(key, ast.Constant):
                    yield key.lineno, str(key.value)
