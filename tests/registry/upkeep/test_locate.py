"""locate: every file behind a tag, as a tree."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from registry import storage
from registry.content import blobs
from registry.models import Repository
from registry.storage import paths
from registry.upkeep import links
from tests.factories.registry import image_of, index_of, make_repository, push_blob, push_image, put

pytestmark = pytest.mark.django_db


def drawn(reference: str) -> list[str]:
    output = StringIO()
    call_command("locate", reference, stdout=output)
    return output.getvalue().splitlines()


def mirror() -> None:
    for repository in Repository.objects.all():
        links.mend(repository)


def test_an_image_is_drawn_with_every_file_its_size_and_who_else_has_it():
    repository, other = make_repository("library/app"), make_repository("team/app")
    layer = push_blob(repository, b"x" * 2048)
    blobs.link(other, layer)
    document = push_image(repository, "1", layer)
    mirror()
    config = document.config
    assert config is not None
    assert drawn("library/app:1") == [
        "in memory",
        f"library/app:1@{document.digest}  {document.media_type}",
        f"├── tag  {paths.tag_link('library/app', '1')}  71 B",
        f"├── tag index  {paths.tag_index_link('library/app', '1', document.digest)}  71 B",
        f"├── revision  {paths.revision_link('library/app', document.digest)}  71 B",
        f"├── manifest  {paths.blob(document.digest)}  {len(document.body)} B",
        f"├── config  {config.media_type}",
        f"│   ├── data  {paths.blob(config.digest)}  {config.size} B",
        f"│   └── link  {paths.layer_link('library/app', config.digest)}  71 B",
        f"└── layer 1  {document.layers[0].media_type}",
        f"    ├── data  {paths.blob(layer.digest)}  2.0 KiB  also in team/app",
        f"    └── link  {paths.layer_link('library/app', layer.digest)}  71 B",
    ]
    by_digest = drawn(f"library/app@{document.digest}")
    assert by_digest[1].startswith(f"library/app@{document.digest}")
    assert by_digest[2].startswith("├── revision")


def test_a_file_that_is_not_there_is_said_to_be_missing():
    document = push_image(make_repository("library/app"), "latest")
    storage.driver().remove(paths.blob(document.digest))
    lines = drawn("library/app")
    assert f"├── manifest  {paths.blob(document.digest)}  MISSING" in lines
    assert f"├── revision  {paths.revision_link('library/app', document.digest)}  MISSING" in lines


def test_an_index_is_drawn_with_its_children():
    repository = make_repository("library/app")
    child = push_image(repository, "child")
    listed = {"mediaType": child.media_type, "digest": child.digest, "size": len(child.body)}
    platform = {"os": "linux", "architecture": "arm64", "variant": "v8"}
    put(repository, "1", index_of(manifests=[listed | {"platform": platform}]))
    lines = drawn("library/app:1")
    assert f"└── linux/arm64/v8  {child.digest}  {child.media_type}" in lines
    assert any(line.startswith(f"    ├── manifest  {paths.blob(child.digest)}") for line in lines)


def test_a_foreign_layer_is_elsewhere():
    repository = make_repository("library/app")
    foreign = {
        "mediaType": "application/vnd.oci.image.layer.nondistributable.v1.tar",
        "digest": "sha256:" + "0" * 64,
        "size": 7,
        "urls": ["https://example.org/layer"],
    }
    put(repository, "1", image_of(repository, layers=[foreign]))
    assert drawn("library/app:1")[-1] == "└── layer 1  elsewhere: https://example.org/layer"


@pytest.mark.parametrize(
    ("reference", "says"),
    [
        ("library/none:1", "there is no repository library/none"),
        ("library/app:2", "library/app has no tag 2"),
        ("library/app@sha256:" + "0" * 64, "library/app has no manifest sha256:000"),
        ("library/app:sha256:abc", "neither"),
        ("Library/app:1", "is not a repository name"),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(reference, says):
    push_image(make_repository("library/app"), "1")
    with pytest.raises(CommandError, match=says):
        drawn(reference)
