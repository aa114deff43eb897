"""Looking into archives that people pushed: what is asked for comes out, and bombs go off nowhere."""

import gzip
import io
import tarfile
import tracemalloc
import zlib
from contextlib import suppress

import pytest

from registry.content import archives
from registry.exceptions import ArchiveRefused


def packed(*entries, form=tarfile.USTAR_FORMAT):
    """A .tgz of these names and contents."""
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz", format=form) as archive:
        for name, content in entries:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return held.getvalue()


def found(content, wanted="chart/values.yaml", piece=997):
    pieces = (content[start : start + piece] for start in range(0, len(content), piece))
    return list(archives.files(pieces, lambda name: name == wanted))


def bomb(size, *, head=b""):
    """A gzip stream that unpacks to so many zeros behind `head`."""
    packing = zlib.compressobj(9, wbits=31)
    slices = [packing.compress(head)]
    slices += [packing.compress(bytes(1 << 20)) for _ in range(size >> 20)]
    return b"".join([*slices, packing.flush()])


def header_of(size):
    entry = tarfile.TarInfo("chart/values.yaml")
    entry.size = size
    return entry.tobuf(tarfile.USTAR_FORMAT)


def test_a_file_comes_out_whole_wherever_it_stands():
    content = packed(("chart/Chart.yaml", b"name: x"), ("chart/values.yaml", b"a" * 70_000), ("chart/z", b"z" * 513))
    assert found(content) == [("chart/values.yaml", b"a" * 70_000)]
    assert found(content, "chart/z") == [("chart/z", b"z" * 513)]
    assert found(content, "chart/absent") == []


@pytest.mark.parametrize("piece", [1, 511, 512, 513, 1 << 20])
def test_pieces_may_be_of_any_size(piece):
    assert found(packed(("chart/values.yaml", b"x: 1")), piece=piece) == [("chart/values.yaml", b"x: 1")]


def test_an_archive_need_not_be_packed():
    content = gzip.decompress(packed(("chart/values.yaml", b"x: 1")))
    assert found(content) == [("chart/values.yaml", b"x: 1")]


def test_long_names_of_both_kinds_are_passed_over():
    long = f"chart/{'n' * 300}"
    for form in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT):
        content = packed((long, b"long"), ("chart/values.yaml", b"x: 1"), form=form)
        assert found(content) == [("chart/values.yaml", b"x: 1")]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE])
def test_what_is_no_plain_file_is_passed_over(kind):
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        entry = tarfile.TarInfo("chart/values.yaml")
        entry.type, entry.linkname = kind, "/etc/passwd"
        archive.addfile(entry)
    assert found(held.getvalue()) == []


def test_a_bomb_is_refused_before_it_is_in_memory():
    content = bomb(1 << 27, head=header_of(8**11 - 1))
    assert len(content) < 1 << 20
    tracemalloc.start()
    with pytest.raises(ArchiveRefused, match="unpacks to more"):
        found(content, "chart/other", piece=1 << 20)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 << 20


def test_a_wanted_file_that_is_too_large_is_refused():
    content = packed(("chart/values.yaml", bytes(archives.LARGEST_FILE + 1)))
    with pytest.raises(ArchiveRefused, match="larger than"):
        found(content)


def test_too_many_entries_are_refused(monkeypatch):
    monkeypatch.setattr(archives, "MOST_ENTRIES", 10)
    with pytest.raises(ArchiveRefused, match="entries"):
        found(packed(*((f"chart/{number}", b"") for number in range(11))))


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"\x1f\x8b", b"\x1f\x8bnonsense and more of it"),
        *(b"no archive" * 200, gzip.compress(header_of(5000) + bytes(400))),
        b"\xff" * 512,
    ],
)
def test_what_is_no_archive_or_cut_is_refused_or_empty(content):
    with suppress(ArchiveRefused):
        assert found(content) == []


def test_sizes_that_are_no_numbers_are_refused():
    header = bytearray(header_of(1))
    header[124:136] = b"\x80" + b"\xff" * 11  # the base-256 form
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    with pytest.raises(ArchiveRefused, match="octal"):
        found(bytes(header) + bytes(1024))
