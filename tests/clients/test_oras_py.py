"""oras-py, a client in Python that does not share a line with the others."""

from pathlib import Path

import oras.client
import pytest

from tests.engines import images
from tests.engines.images import MIB
from tests.engines.registries import Registry


def client_of(registry: Registry, password: str | None = None) -> oras.client.OrasClient:
    """By name and password: its tokens are those of the first refusal, for pulling, and it asks for no others."""
    client = oras.client.OrasClient(hostname=registry.host, insecure=True, auth_backend="basic")
    client.auth.set_basic_auth(registry.username, registry.password if password is None else password)
    return client


@pytest.fixture(autouse=True)
def _no_sign_in_of_whoever_runs_this(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.mark.parametrize("in_chunks", [False, True])
def test_oras_py_pushes_and_pulls_a_file(tmp_path: Path, developer: Registry, in_chunks: bool):
    content = images.noise(3 * MIB)
    (tmp_path / "file").write_bytes(content)
    reference = developer.reference(f"oras-py-{in_chunks}".lower())
    client = client_of(developer)
    pushed = client.push(
        reference, files=[str(tmp_path / "file")], disable_path_validation=True, do_chunked=in_chunks, chunk_size=MIB
    )
    assert pushed.status_code == 201
    (pulled,) = client.pull(reference, outdir=str(tmp_path / "out"))
    assert Path(pulled).read_bytes() == content


def test_oras_py_pulls_with_a_token_that_it_asks_for_itself(tmp_path: Path, developer: Registry):
    if developer.is_stock:
        pytest.skip("the stock registry gives no tokens")
    (tmp_path / "file").write_text("content")
    reference = developer.reference("oras-py-token")
    client_of(developer).push(reference, files=[str(tmp_path / "file")], disable_path_validation=True)
    client = oras.client.OrasClient(hostname=developer.host, insecure=True, auth_backend="token")
    client.auth.set_basic_auth(developer.username, developer.password)
    (pulled,) = client.pull(reference, outdir=str(tmp_path / "out"))
    assert Path(pulled).read_text() == "content"


def test_oras_py_lists_and_deletes_tags(tmp_path: Path, maintainer: Registry):
    (tmp_path / "file").write_text("content")
    client = client_of(maintainer)
    for tag in ("one", "two"):
        (tmp_path / "file").write_text(tag)
        reference = maintainer.reference("oras-py-tags", tag)
        client.push(reference, files=[str(tmp_path / "file")], disable_path_validation=True)
    assert sorted(client.get_tags(maintainer.reference("oras-py-tags"))) == ["one", "two"]
    assert client.delete_tags(maintainer.reference("oras-py-tags"), "one") == ["one"]
    assert client.get_tags(maintainer.reference("oras-py-tags")) == ["two"]


def test_oras_py_is_refused_with_a_wrong_password(tmp_path: Path, developer: Registry):
    (tmp_path / "file").write_text("content")
    client = client_of(developer, "wrong")
    with pytest.raises(ValueError, match=r"(?i)unauthorized|denied|401|403"):
        client.push(developer.reference("oras-py-wrong"), files=[str(tmp_path / "file")], disable_path_validation=True)
