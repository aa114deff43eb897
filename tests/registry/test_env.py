"""What the environment says is believed, or the start stops with a sentence."""

from pathlib import Path

import pytest

from registry import env


def test_nothing_need_be_set():
    found = env.read({})
    assert found.listen == ("127.0.0.1", 8080)
    assert found.data == Path("data").absolute()
    assert found.fast_lane is True
    assert found.web_workers >= 1


def test_an_empty_value_counts_as_not_set():
    assert env.read({"ROADSTEAD_LISTEN": ""}).listen == ("127.0.0.1", 8080)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("ROADSTEAD_LISTEN", "8080", "ROADSTEAD_LISTEN: '8080' must be host:port, such as 127.0.0.1:8080"),
        ("ROADSTEAD_LISTEN", "127.0.0.1:70000", "must be host:port"),
        ("ROADSTEAD_WEB_WORKERS", "none", "must be a whole number above 0"),
        ("ROADSTEAD_JOB_WORKERS", "0", "must be a whole number above 0"),
        ("ROADSTEAD_FAST_LANE", "yes", "must be on or off"),
        ("ROADSTEAD_LOG_FORMAT", "xml", "must be one of auto, json, human"),
        ("ROADSTEAD_EXTERNAL_URL", "registry.example", "must begin with http:// or https://"),
        ("STORAGE_URL", "ftp://bytes", "must begin with file:// or memory://"),
    ],
)
def test_a_bad_value_stops_the_start_with_a_sentence(name: str, value: str, sentence: str):
    with pytest.raises(env.BadValue) as stopped:
        env.read({name: value})
    assert sentence in str(stopped.value)


def test_the_sentence_does_not_show_a_secret():
    with pytest.raises(env.BadValue) as stopped:
        env.read({"DATABASE_URL": "mysql://root:hunter2@db/roadstead"})
    assert "hunter2" not in str(stopped.value)


def test_a_secret_may_be_in_a_file(tmp_path: Path):
    (tmp_path / "password").write_text("correct horse\n")
    assert env.read({"ROADSTEAD_ADMIN_PASSWORD_FILE": str(tmp_path / "password")}).admin_password == "correct horse"


def test_a_secret_file_that_is_not_there_stops_the_start(tmp_path: Path):
    with pytest.raises(env.BadValue, match="cannot be read"):
        env.read({"ROADSTEAD_ADMIN_PASSWORD_FILE": str(tmp_path / "none")})


def test_a_listener_may_have_an_ipv6_address():
    assert env.read({"ROADSTEAD_LISTEN": "[::1]:8080"}).listen == ("::1", 8080)
