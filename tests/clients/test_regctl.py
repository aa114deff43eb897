"""regctl, the command line of regclient, which sends blobs in chunks and deletes tags by themselves."""

import hashlib
import json

import pytest

from tests.engines import images
from tests.engines.command_lines import Regctl
from tests.engines.images import MIB, Layout
from tests.engines.programs import Failed
from tests.engines.registries import Registry


def test_regctl_refuses_a_wrong_password(regctl: Regctl, developer: Registry):
    with pytest.raises(Failed, match=r"(?i)unauthorized"):
        regctl.login(developer, "wrong")


def test_regctl_copies_an_image_into_the_registry_and_back(regctl: Regctl, developer: Registry, image: Layout):
    reference = developer.reference("regctl")
    regctl.login(developer)
    regctl("image", "copy", f"ocidir://{image.folder}:{image.tag}", reference)
    assert regctl("image", "digest", reference) == image.digest
    regctl("image", "copy", reference, f"ocidir://{regctl.folder}/pulled:{image.tag}")
    for blob in (image.folder / "blobs" / "sha256").iterdir():
        assert (regctl.folder / "pulled" / "blobs" / "sha256" / blob.name).read_bytes() == blob.read_bytes()


def test_regctl_sends_a_blob_in_chunks(regctl: Regctl, developer: Registry):
    repository = developer.reference("regctl-chunks").removesuffix(":1")
    regctl.login(developer)
    regctl("registry", "set", "--blob-chunk", str(MIB), "--blob-max", "0", "--skip-check", developer.host)
    content = images.noise(5 * MIB + 17)
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert regctl("blob", "put", repository, stdin=content) == digest
    head = regctl("blob", "head", repository, digest)
    assert str(len(content)) in head


def test_regctl_deletes_one_tag_and_leaves_the_other(regctl: Regctl, maintainer: Registry, image: Layout):
    first, second = maintainer.reference("regctl-tags", "first"), maintainer.reference("regctl-tags", "second")
    regctl.login(maintainer)
    regctl("image", "copy", f"ocidir://{image.folder}:{image.tag}", first)
    regctl("image", "copy", first, second)
    repository = first.removesuffix(":first")
    assert regctl("tag", "ls", repository).split() == ["first", "second"]
    regctl("tag", "delete", first)
    assert regctl("tag", "ls", repository).split() == ["second"]
    assert regctl("image", "digest", second) == image.digest


def test_regctl_copies_an_image_with_its_referrers(regctl: Regctl, developer: Registry, image: Layout):
    source, target = developer.reference("regctl-source"), developer.reference("regctl-target")
    regctl.login(developer)
    regctl("image", "copy", f"ocidir://{image.folder}:{image.tag}", source)
    regctl("artifact", "put", "--artifact-type=application/example", "--subject", source, stdin=b"attached")
    regctl("image", "copy", "--referrers", source, target)
    listed = json.loads(regctl("artifact", "list", "--format={{json .}}", target))
    assert [found["artifactType"] for found in listed["descriptors"]] == ["application/example"]
    assert regctl("artifact", "get", "--subject", target) == "attached"


def test_regctl_makes_an_index_of_what_is_there(regctl: Regctl, developer: Registry, image: Layout):
    child, index = developer.reference("regctl-index", "child"), developer.reference("regctl-index", "all")
    regctl.login(developer)
    regctl("image", "copy", f"ocidir://{image.folder}:{image.tag}", child)
    regctl("index", "create", "--ref", child, index)
    document = json.loads(regctl("manifest", "get", "--format=raw-body", index))
    assert [entry["digest"] for entry in document["manifests"]] == [image.digest]


def test_regctl_lists_the_repositories_of_the_registry(regctl: Regctl, developer: Registry, image: Layout):
    regctl.login(developer)
    regctl("image", "copy", f"ocidir://{image.folder}:{image.tag}", developer.reference("regctl-listed"))
    assert developer.repository("regctl-listed") in regctl("repo", "ls", developer.host).split()
