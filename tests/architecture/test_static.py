"""What is served as it lies: large files have a compressed copy beside them, which browsers get."""

import gzip
from pathlib import Path

import pytest

from tests.architecture import sources

LARGE = 40_000
FILES = [file for file in sources.all_files() if file.parts[0] == "static"]


@pytest.mark.parametrize("file", [file for file in FILES if file.suffix == ".gz"], ids=str)
def test_a_compressed_copy_is_of_the_file_beside_it(file: Path):
    assert gzip.decompress((sources.TOP / file).read_bytes()) == (sources.TOP / file.with_suffix("")).read_bytes()


@pytest.mark.parametrize("file", [file for file in FILES if file.suffix in (".css", ".js", ".svg")], ids=str)
def test_a_large_file_has_a_compressed_copy(file: Path):
    assert (sources.TOP / file).stat().st_size < LARGE or file.with_name(f"{file.name}.gz") in FILES
