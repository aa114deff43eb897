"""crane, the command line of go-containerregistry."""

import json

import pytest

from tests.engines import images
from tests.engines.command_lines import Crane
from tests.engines.images import Layout
from tests.engines.programs import Failed
from tests.engines.registries import Registry


def test_crane_refuses_a_wrong_password_at_the_first_use(crane: Crane, developer: Registry, image: Layout):
    crane.login(developer, "wrong")
    with pytest.raises(Failed, match=r"(?i)unauthorized"):
        crane("push", "--insecure", image.folder, developer.reference("crane-wrong"))


def test_crane_pushes_and_pulls_the_same_image(crane: Crane, developer: Registry, image: Layout):
    reference = developer.reference("crane")
    crane.login(developer)
    crane("push", "--insecure", image.folder, reference)
    assert crane("digest", "--insecure", reference) == image.digest
    assert crane("validate", "--insecure", "--remote", reference).startswith("PASS")
    crane("pull", "--insecure", "--format=oci", reference, crane.folder / "pulled")
    pulled = json.loads((crane.folder / "pulled" / "index.json").read_text())
    assert [entry["digest"] for entry in pulled["manifests"]] == [image.digest]


def test_crane_adds_a_layer_and_flattens_all(crane: Crane, developer: Registry, image: Layout):
    base, more, flat = (developer.reference("crane-layers", tag) for tag in ("base", "more", "flat"))
    crane.login(developer)
    crane("push", "--insecure", image.folder, base)
    (crane.folder / "extra.tar").write_bytes(images.archive({"extra": b"extra"}))
    crane("append", "--insecure", "--base", base, "--new_layer", crane.folder / "extra.tar", "--new_tag", more)
    crane("flatten", "--insecure", "--tag", flat, more)
    counts = {tag: len(json.loads(crane("manifest", "--insecure", tag))["layers"]) for tag in (base, more, flat)}
    assert counts == {base: 2, more: 3, flat: 1}


def test_crane_copies_tags_lists_and_deletes(crane: Crane, maintainer: Registry, image: Layout):
    source, target = maintainer.reference("crane-source"), maintainer.reference("crane-target")
    crane.login(maintainer)
    crane("push", "--insecure", image.folder, source)
    crane("copy", "--insecure", source, target)
    crane("tag", "--insecure", target, "latest")
    repository = target.removesuffix(":1")
    assert sorted(crane("ls", "--insecure", repository).split()) == ["1", "latest"]
    crane("delete", "--insecure", f"{repository}@{image.digest}")
    with pytest.raises(Failed, match=r"(?i)manifest_unknown|not found"):
        crane("digest", "--insecure", target)
    assert crane("digest", "--insecure", source) == image.digest


def test_an_admin_sees_the_repositories_of_all_in_the_catalog(
    crane: Crane, registry: Registry, developer: Registry, image: Layout
):
    crane.login(developer)
    crane("push", "--insecure", image.folder, developer.reference("crane-listed"))
    crane.login(registry)
    assert developer.repository("crane-listed") in crane("catalog", "--insecure", registry.host).split()
