"""oras, which keeps any file in a registry, and what refers to what."""

import hashlib
import json

import pytest

from tests.engines import images
from tests.engines.command_lines import Oras
from tests.engines.images import MIB
from tests.engines.programs import Failed
from tests.engines.registries import Registry

TYPE = "application/vnd.example.report"


def referrers(oras: Oras, reference: str, *options: str) -> list[str]:
    """The digests of what refers to this directly."""
    form = ["--plain-http", "--format=json", "--depth=1"]
    return [found["digest"] for found in json.loads(oras("discover", *form, *options, reference))["referrers"]]


def push(oras: Oras, *words: str) -> str:
    """Push or attach; the digest of what is new."""
    digest: str = json.loads(oras(*words, "--plain-http", "--format=json", "--disable-path-validation"))["digest"]
    return digest


def test_oras_refuses_a_wrong_password(oras: Oras, developer: Registry):
    with pytest.raises(Failed, match=r"(?i)unauthorized"):
        oras.login(developer, "wrong")


def test_oras_pushes_and_pulls_a_file(oras: Oras, developer: Registry):
    reference = developer.reference("oras-file")
    oras.login(developer)
    content = images.noise(3 * MIB)
    (oras.folder / "report.bin").write_bytes(content)
    push(oras, "push", reference, f"{oras.folder}/report.bin:{TYPE}")
    (oras.folder / "report.bin").unlink()
    oras("pull", "--plain-http", "--allow-path-traversal", reference)
    assert (oras.folder / "report.bin").read_bytes() == content


def test_what_oras_attaches_is_found_by_its_type(oras: Oras, developer: Registry):
    reference = developer.reference("oras-attach")
    oras.login(developer)
    for name in ("subject", "report", "signature"):
        (oras.folder / name).write_text(name)
    push(oras, "push", reference, f"{oras.folder}/subject")
    report = push(oras, "attach", f"--artifact-type={TYPE}", reference, f"{oras.folder}/report")
    signature = push(oras, "attach", "--artifact-type=example/signature", reference, f"{oras.folder}/signature")
    assert sorted(referrers(oras, reference)) == sorted([report, signature])
    assert referrers(oras, reference, f"--artifact-type={TYPE}") == [report]


@pytest.mark.parametrize("way", ["v1.1-referrers-api", "v1.1-referrers-tag"])
def test_what_is_attached_either_way_is_found_that_way(oras: Oras, developer: Registry, way: str):
    if developer.is_stock and way == "v1.1-referrers-api":
        pytest.skip("the stock registry knows no referrers")
    reference = developer.reference(f"oras-{way}")
    oras.login(developer)
    (oras.folder / "file").write_text("content")
    push(oras, "push", reference, f"{oras.folder}/file")
    attached = push(
        oras, "attach", f"--artifact-type={TYPE}", f"--distribution-spec={way}", reference, f"{oras.folder}/file"
    )
    assert referrers(oras, reference, f"--distribution-spec={way}") == [attached]


def test_oras_copies_an_artifact_with_all_that_refers_to_it(oras: Oras, developer: Registry):
    source, target = developer.reference("oras-source"), developer.reference("oras-target")
    oras.login(developer)
    (oras.folder / "file").write_text("content")
    push(oras, "push", source, f"{oras.folder}/file")
    attached = push(oras, "attach", f"--artifact-type={TYPE}", source, f"{oras.folder}/file")
    oras("cp", "--recursive", "--from-plain-http", "--to-plain-http", source, target)
    assert referrers(oras, target) == [attached]


def test_oras_lists_tags_and_resolves_and_deletes_manifests(oras: Oras, maintainer: Registry):
    reference = maintainer.reference("oras-tags")
    oras.login(maintainer)
    (oras.folder / "file").write_text("content")
    digest = push(oras, "push", f"{reference},second,third", f"{oras.folder}/file")
    repository = reference.removesuffix(":1")
    assert sorted(oras("repo", "tags", "--plain-http", repository).split()) == ["1", "second", "third"]
    assert oras("resolve", "--plain-http", f"{repository}:third") == digest
    oras("manifest", "delete", "--plain-http", "--force", f"{repository}@{digest}")
    with pytest.raises(Failed, match=r"(?i)not found"):
        oras("resolve", "--plain-http", f"{repository}:third")


def test_oras_pushes_fetches_and_deletes_a_blob(oras: Oras, maintainer: Registry):
    repository = maintainer.reference("oras-blob").removesuffix(":1")
    oras.login(maintainer)
    content = images.noise(2 * MIB)
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    (oras.folder / "blob").write_bytes(content)
    oras("blob", "push", "--plain-http", f"{repository}@{digest}", oras.folder / "blob")
    oras("blob", "fetch", "--plain-http", f"--output={oras.folder}/fetched", f"{repository}@{digest}")
    assert (oras.folder / "fetched").read_bytes() == content
    oras("blob", "delete", "--plain-http", "--force", f"{repository}@{digest}")
    with pytest.raises(Failed, match=r"(?i)not found"):
        oras("blob", "fetch", "--plain-http", "--descriptor", f"{repository}@{digest}")
