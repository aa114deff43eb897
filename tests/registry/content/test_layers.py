"""Layers and the steps that made them; who else has them; what hangs on an artifact."""

import pytest

from accounts.models import BuiltIn
from accounts.principals import ANONYMOUS
from registry.content import artifacts, hanging, layers, sharing
from registry.content.sharing import Sharing
from tests.factories.accounts import add_member, make_project, make_sysadmin, member_of, user_of
from tests.factories.registry import descriptor_of, make_repository, push_blob, push_image, put

CONFIG = "application/vnd.oci.image.config.v1+json"
BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json"


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ('/bin/sh -c #(nop)  CMD ["sh"]', 'CMD ["sh"]'),
        ("/bin/sh -c #(nop) ADD file:1f in / ", "ADD file:1f in /"),
        ("/bin/sh -c apk add   git", "RUN apk add git"),
        ("|2 A=1 B=x y /bin/sh -c make", "RUN make"),
        ("RUN /bin/sh -c apk add git # buildkit", "RUN apk add git"),
        ("RUN |1 A=/bin/x /bin/sh -c make # buildkit", "RUN make"),
        ("RUN cargo build", "RUN cargo build"),
        ("COPY . /srv # buildkit", "COPY . /srv"),
        ("WORKDIR /srv", "WORKDIR /srv"),
        ("cmd /S /C #(nop) ENV A=b", "ENV A=b"),
        ("cmd /S /C dir", "RUN dir"),
        ("|", "|"),
        ("/bin/sh -c", "RUN"),
        ("", ""),
        ("RUN apk add git \\\n  make", "RUN apk add git \\\n make"),
    ],
)
def test_a_step_is_told_as_the_dockerfile_has_it(written, line):
    assert layers.instruction(written) == line


def artifact_of(repository, document):
    return artifacts.find(repository.project, repository.name, document.digest)


@pytest.fixture
def repository(db):
    return make_repository("app/web", make_project("app"))


def test_steps_find_the_layers_that_they_made(repository):
    first, second = push_blob(repository, b"1"), push_blob(repository, b"22")
    artifact = artifact_of(repository, push_image(repository, "1", first, second))
    history = [
        {"created_by": "ADD rootfs /", "created": "2026-11-01T08:00:00Z"},
        {"created_by": "ENV A=b", "empty_layer": True},
        {"created_by": "RUN make", "comment": "buildkit.dockerfile.v0"},
    ]
    build = layers.of(artifact, {"history": history})
    told = [(step.says, step.layer.digest if step.layer else "") for step in build.steps]
    assert told == [("ADD rootfs /", first.digest), ("ENV A=b", ""), ("RUN make", second.digest)]
    assert (build.layer_count, build.size, build.unmatched, build.steps[2].comment) == (2, 3, (), "")


@pytest.mark.parametrize("history", [None, {}, "x", [], [3], [{"created_by": "RUN"}], [{}] * 3])
def test_a_history_that_does_not_fit_is_told_by_itself(repository, history):
    artifact = artifact_of(repository, push_image(repository, "1", push_blob(repository), push_blob(repository)))
    build = layers.of(artifact, {"history": history})
    assert [(step.says, step.layer.number) for step in build.steps if step.layer] == [("", 1), ("", 2)]
    assert len(build.unmatched) == (len(history) if history and isinstance(history[0], dict) else 0)


def test_a_layer_that_is_a_file_has_its_name(repository):
    layer = descriptor_of(push_blob(repository), annotations={"org.opencontainers.image.title": "model.bin"})
    odd = descriptor_of(push_blob(repository), annotations={"org.opencontainers.image.title": "x"}) | {"urls": []}
    artifact = artifact_of(
        repository, push_image(repository, "1", layers=[layer, odd, descriptor_of(push_blob(repository))])
    )
    assert [step.layer.title for step in layers.of(artifact, {}).steps if step.layer] == ["model.bin", "x", ""]


def test_a_layer_is_shared_with_what_the_asker_may_see(repository):
    base, own, both = (push_blob(repository, content) for content in (b"base", b"own", b"both"))
    artifact = artifact_of(repository, push_image(repository, "1", base, own, both))
    push_image(repository, "2", both)
    hidden, seen = make_repository("secret/x", make_project("secret")), make_repository("team/y", make_project("team"))
    for other in (hidden, seen):
        push_image(other, "1", push_blob(other, b"base"))
    only_hidden = make_repository("secret/z", hidden.project)
    push_image(only_hidden, "1", push_blob(only_hidden, b"own"))

    guest = member_of(repository.project, BuiltIn.GUEST)
    digests = [base.digest, own.digest, both.digest]
    assert sharing.of(artifact, digests, by=guest) == {
        base.digest: Sharing(),
        own.digest: Sharing(),
        both.digest: Sharing(is_here=True),
    }
    add_member(seen.project, user_of(guest), BuiltIn.LIMITED_GUEST)
    assert sharing.of(artifact, digests, by=guest)[base.digest] == Sharing(names=("team/y",))
    told = sharing.of(artifact, digests, by=make_sysadmin())
    assert told[base.digest].names == ("secret/x", "team/y")
    assert told[own.digest].names == ("secret/z",)
    assert sharing.of(artifact, digests, by=ANONYMOUS)[base.digest].is_exclusive


def test_a_member_of_some_repositories_sees_the_sharing_of_those_only(repository):
    base = push_blob(repository, b"base")
    artifact = artifact_of(repository, push_image(repository, "1", base))
    for name in ("app/web-two", "app/hidden"):
        other = make_repository(name, repository.project)
        push_image(other, "1", push_blob(other, b"base"))
    guest = member_of(make_project("elsewhere"), BuiltIn.GUEST)
    add_member(repository.project, user_of(guest), BuiltIn.GUEST, repositories="web*")
    assert sharing.of(artifact, [base.digest], by=guest)[base.digest].names == ("app/web-two",)


def test_what_was_deleted_elsewhere_shares_nothing_and_of_many_names_the_first_are_told(repository):
    sysadmin = make_sysadmin()
    base = push_blob(repository, b"base")
    artifact = artifact_of(repository, push_image(repository, "1", base))
    project = make_project("other")
    others = [make_repository(f"other/r{number}", project) for number in range(8)]
    for other in others:
        push_image(other, "1", push_blob(other, b"base"))
    artifacts.delete(artifacts.find(project, "other/r0", "1"), by=sysadmin)
    found = sharing.of(artifact, [base.digest], by=sysadmin)[base.digest]
    assert found.names == ("other/r1", "other/r2", "other/r3", "other/r4", "other/r5")
    assert found.has_more


def refer(repository, subject, kind, **annotations):
    fields = {"mediaType": subject.media_type, "digest": subject.digest, "size": len(subject.body)}
    config = descriptor_of(push_blob(repository, b"{}"), "application/vnd.oci.empty.v1+json")
    tag = f"t{subject.digest[7:15]}{len(annotations)}{kind[-8:-5]}"
    return push_image(repository, tag, config=config, subject=fields, artifactType=kind, annotations=annotations)


def test_what_hangs_on_an_artifact_is_a_tree(repository):
    image = push_image(repository, "1")
    sbom = refer(repository, image, "application/spdx+json")
    signature = refer(repository, sbom, BUNDLE)
    attestation = refer(
        repository, image, BUNDLE, **{"dev.sigstore.bundle.predicateType": "https://slsa.dev/provenance/v1"}
    )
    tree = hanging.tree(artifact_of(repository, image))
    assert tree.is_whole
    assert [node.accessory.artifact.digest for node in tree.nodes] == [sbom.digest, attestation.digest]
    assert [node.accessory.artifact.digest for node in tree.nodes[0].below] == [signature.digest]
    assert [node.predicate for node in tree.nodes] == ["", "https://slsa.dev/provenance/v1"]


def test_tags_that_go_in_a_ring_make_no_endless_tree(repository):
    first, second = push_image(repository, "a"), push_image(repository, "b")
    for one, other in ((first, second), (second, first)):
        put(repository, f"{other.digest.replace(':', '-')}.sig", one.body)
    tree = hanging.tree(artifact_of(repository, first))
    assert [node.accessory.artifact.digest for node in tree.nodes] == [second.digest]
    assert tree.nodes[0].below == []


def test_a_tree_that_is_too_large_says_so(repository, monkeypatch):
    monkeypatch.setattr(hanging, "MOST", 2)
    image = push_image(repository, "1")
    for number in range(3):
        refer(repository, image, f"application/x{number}.ab{number}+json", **{f"k{number}": "v"})
    tree = hanging.tree(artifact_of(repository, image))
    assert (len(tree.nodes), tree.is_whole) == (2, False)


def test_annotations_with_odd_predicates_break_nothing(repository):
    image = push_image(repository, "1")
    refer(repository, image, BUNDLE, **{"dev.sigstore.bundle.predicateType": "x" * 100_000})
    node = hanging.tree(artifact_of(repository, image)).nodes[0]
    assert node.predicate == "x" * 200
