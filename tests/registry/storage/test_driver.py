"""What every kind of storage promises; each driver passes the same tests."""

from pathlib import Path

import pytest

from registry.storage import Absent, Busy, Driver
from registry.storage.filesystem import FilesystemDriver
from registry.storage.memory import MemoryDriver


@pytest.fixture(params=["filesystem", "memory"])
def driver(request: pytest.FixtureRequest, tmp_path: Path) -> Driver:
    return FilesystemDriver(tmp_path / "root") if request.param == "filesystem" else MemoryDriver()


def written(driver: Driver, path: str, content: bytes) -> None:
    writer = driver.writer(path)
    writer.resume(0)
    writer.write(content)
    writer.sync()
    writer.close()


def test_what_is_put_is_read(driver):
    driver.put("a/b/link", b"sha256:abc")
    assert driver.read("a/b/link") == b"sha256:abc"
    assert driver.size("a/b/link") == 10
    with driver.open("a/b/link", 7) as opened:
        assert opened.read() == b"abc"


def test_putting_again_replaces(driver):
    driver.put("link", b"one")
    driver.put("link", b"two", durable=False)
    assert driver.read("link") == b"two"


@pytest.mark.parametrize("ask", ["size", "read", "open"])
def test_what_is_not_there_is_absent(driver, ask):
    driver.put("a/file", b"")
    for path in ("nothing", "a/nothing/at/all", "a/file/below"):
        with pytest.raises(Absent):
            getattr(driver, ask)(path)


@pytest.mark.parametrize("path", ["../out", "a/../../out", "/etc/passwd", "a//b", "a/./b", "", "a\0b"])
def test_a_path_that_leaves_the_root_is_refused(driver, path):
    for ask in (driver.size, driver.read, driver.writer, driver.remove):
        with pytest.raises(ValueError, match="not a storage path"):
            ask(path)


def test_a_file_grows_by_its_writer(driver):
    written(driver, "up/data", b"first ")
    writer = driver.writer("up/data")
    writer.resume(6)
    writer.write(memoryview(b"second"))
    assert writer.offset == 12
    writer.sync()
    writer.close()
    assert driver.read("up/data") == b"first second"


def test_a_resume_cuts_off_what_lies_beyond(driver):
    written(driver, "up/data", b"good and torn")
    writer = driver.writer("up/data")
    writer.resume(4)
    writer.close()
    assert driver.read("up/data") == b"good"


def test_nothing_changes_before_the_resume(driver):
    written(driver, "up/data", b"good")
    driver.writer("up/data").close()
    assert driver.read("up/data") == b"good"


def test_a_resume_behind_the_end_is_absent(driver):
    written(driver, "up/data", b"short")
    writer = driver.writer("up/data")
    with pytest.raises(Absent):
        writer.resume(6)
    writer.close()
    assert driver.read("up/data") == b"short"


def test_there_is_one_writer_at_a_time(driver):
    writer = driver.writer("up/data")
    with pytest.raises(Busy):
        driver.writer("up/data")
    writer.close()
    driver.writer("up/data").close()


def test_placing_gives_the_same_bytes_a_second_name(driver):
    written(driver, "up/data", b"bytes")
    driver.place("up/data", "blobs/ab/data")
    driver.remove("up")
    assert driver.read("blobs/ab/data") == b"bytes"


def test_placing_takes_the_name_from_what_had_it(driver):
    driver.put("blobs/ab/data", b"damaged")
    written(driver, "up/data", b"whole")
    driver.place("up/data", "blobs/ab/data")
    assert driver.read("blobs/ab/data") == b"whole"
    assert driver.children("blobs/ab") == ["data"]


def test_placing_twice_leaves_one_name(driver):
    written(driver, "up/data", b"bytes")
    driver.place("up/data", "blobs/ab/data")
    driver.place("up/data", "blobs/ab/data")
    assert driver.children("blobs/ab") == ["data"]


def test_placing_nothing_is_absent(driver):
    with pytest.raises(Absent):
        driver.place("up/data", "blobs/ab/data")


def test_moving_leaves_nothing_behind(driver):
    written(driver, "blobs/ab/data", b"bytes")
    driver.move("blobs/ab/data", "trash/1/data")
    assert driver.read("trash/1/data") == b"bytes"
    with pytest.raises(Absent):
        driver.size("blobs/ab/data")
    with pytest.raises(Absent):
        driver.move("blobs/ab/data", "trash/2/data")


def test_removing_takes_a_folder_with_all_in_it(driver):
    driver.put("a/b/one", b"1")
    driver.put("a/b/c/two", b"2")
    driver.put("a/bb", b"3")
    driver.remove("a/b")
    driver.remove("never/was")
    assert [entry.path for entry in driver.walk("a")] == ["a/bb"]


def test_a_walk_goes_by_path(driver):
    for path in ("r/b/2", "r/a", "r/b/1"):
        driver.put(path, path.encode())
    assert [(entry.path, entry.size) for entry in driver.walk("r")] == [("r/a", 3), ("r/b/1", 5), ("r/b/2", 5)]
    assert driver.children("r") == ["a", "b"]
    assert driver.children("nothing") == []


def test_a_probe_leaves_nothing(driver):
    driver.put("a/file", b"")
    driver.probe()
    assert driver.children("a") == ["file"]


def test_a_disk_has_room_and_a_memory_does_not_say(driver):
    space = driver.space()
    assert space is None or 0 <= space.free <= space.total
