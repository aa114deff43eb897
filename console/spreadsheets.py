"""Tables for spreadsheets (CSV). No cell is taken for a formula there, whoever wrote what is in it."""

import csv
from collections.abc import Iterable, Iterator, Sequence

# What programs of spreadsheets take for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# By which Excel knows that this is UTF-8.
MARK = "\ufeff"


class _Line:
    """What the writer last wrote."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text


def lines(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    line = _Line()
    writer = csv.writer(line)
    writer.writerow(heads)
    yield (MARK + line.text).encode()
    for row in rows:
        writer.writerow([cell(text) for text in row])
        yield line.text.encode()


def cell(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text
