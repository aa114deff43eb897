"""How long the modules and functions are. `python -m tests.architecture.sizes` tells the longest functions."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.architecture import sources

MODULE_AT_MOST = 400
FUNCTION_SHOULD = 25
FUNCTION_AT_MOST = 60


@dataclass(frozen=True, order=True)
class Size:
    lines: int
    name: str

    def __str__(self) -> str:
        return f"{self.lines} lines  {self.name}"


def modules() -> list[Size]:
    return [Size(len(sources.text(file).splitlines()), str(file)) for file in sources.python()]


def functions() -> list[Size]:
    return [size for file in sources.python() for size in _functions_of(file)]


def _functions_of(file: Path) -> Iterator[Size]:
    for node in ast.walk(sources.tree(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            yield Size(node.end_lineno - node.lineno + 1, f"{file}:{node.lineno} {node.name}")


def report() -> str:
    long = sorted((size for size in functions() if size.lines > FUNCTION_SHOULD), reverse=True)
    heading = f"{len(long)} of {len(functions())} functions are longer than {FUNCTION_SHOULD} lines"
    return "\n".join([heading, *(f"  {size}" for size in long[:10])])


if __name__ == "__main__":
    print(report())
