"""The sides of an artifact: layers, referrers, documents, what it brings to read, and its files on our disk."""

import hashlib
import json

import pytest

from accounts.models import BuiltIn
from registry import storage
from registry.content import configs
from registry.models import Blob
from registry.storage import paths
from tests.console.pages.test_artifact import address, push, seen
from tests.console.test_additions import push as push_artifact
from tests.console.test_additions import push_chart
from tests.factories.accounts import add_member, make_auditor, make_project, make_sysadmin, make_user, user_of
from tests.factories.browser import browser_of
from tests.factories.registry import descriptor_of, index_of, make_repository, push_blob, push_image, put
from tests.registry.content.test_archives import bomb, header_of, packed

pytestmark = pytest.mark.django_db
SBOM = "application/spdx+json"


@pytest.fixture
def repository():
    return make_repository("app/web", make_project("app"))


@pytest.fixture
def guest(repository):
    user = make_user("guest")
    add_member(repository.project, user, BuiltIn.GUEST)
    return browser_of(user)


@pytest.fixture
def admin():
    return browser_of(user_of(make_sysadmin()))


def refer(repository, subject, kind):
    pointer = {"mediaType": subject.media_type, "digest": subject.digest, "size": len(subject.body)}
    config = descriptor_of(push_blob(repository, b"{}"), "application/vnd.oci.empty.v1+json")
    return push_image(repository, f"r-{subject.digest[7:19]}", config=config, subject=pointer, artifactType=kind)


def test_layers_stand_with_the_steps_that_made_them(repository, guest):
    history = [
        {"created_by": "/bin/sh -c #(nop) ADD file:1 in / "},
        {"created_by": "ENV A=b", "empty_layer": True},
        {"created_by": "RUN /bin/sh -c make # buildkit"},
    ]
    layers = [push_blob(repository, b"x" * 1000), push_blob(repository, b"y" * 3000)]
    said = seen(guest, push(repository, "1", {"history": history}, *layers), "layers")
    rows = said.partition("<tbody>")[2]
    places = [rows.index(text) for text in ("ADD file:1 in /<", "ENV A=b", "RUN make")]
    assert places == sorted(places)
    assert "no bytes" in said
    assert 'x="0" width="2500"' in said
    assert 'x="2512" width="7500"' in said
    assert "style=" not in said


def test_who_else_has_a_layer_is_told_to_whom_may_see_it(repository, guest, admin):
    document = push_image(repository, "1", push_blob(repository, b"base"))
    other = make_repository("secret/x", make_project("secret"))
    push_image(other, "1", push_blob(other, b"base"))
    said = seen(guest, document, "layers")
    assert "secret" not in said
    assert "Only in this artifact" in said
    assert "Repositories that you may not see do not count here." in said
    assert "secret/x" in seen(admin, document, "layers")


def test_an_artifact_without_layers_says_so(repository, guest):
    assert "has no layers" in seen(guest, push_image(repository, "1", layers=[]), "layers")


def test_what_hangs_on_an_artifact_leads_to_it_and_back(repository, guest):
    image = push_image(repository, "1")
    assert f"cosign sign testserver/app/web@{image.digest}" in seen(guest, image, "referrers")
    sbom = refer(repository, image, SBOM)
    signature = refer(repository, sbom, "application/vnd.cncf.notary.signature")
    said = seen(guest, image, "referrers")
    assert f'<a href="{address(sbom)}">SBOM</a>' in said
    assert f'<a href="{address(signature)}">Signature</a>' in said
    assert f'<a href="{address(image)}">' in seen(guest, sbom)
    assert ">SBOM</a>" in seen(guest, image)


def test_the_signatures_of_an_index_cover_its_parts(repository, guest):
    part = push_image(repository, "part")
    index = put(repository, "1", index_of(part))
    refer(repository, index, "application/vnd.cncf.notary.signature")
    assert "Signatures of indexes that it is a part of" in seen(guest, part, "referrers")


def test_manifest_and_config_are_shown_and_kept_byte_for_byte(repository, guest):
    config = b'{ "b":1,\r\n "a":"\xe2\x80\xae<script>" }'
    document = push(repository, "1", config)
    said = seen(guest, document, "manifest")
    digest = f"sha256:{hashlib.sha256(config).hexdigest()}"
    assert document.digest in said
    assert digest in said
    assert "&quot;a&quot;: &quot;\\u202e&lt;script&gt;&quot;" in said
    for side, content in (("manifest/file", document.body), ("config/file", config)):
        answer = guest.get(address(document, side))
        assert b"".join(answer.streaming_content) == content
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Content-Disposition"].startswith('attachment; filename="app_web-')
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Length"] == str(len(content))


def test_a_config_too_large_to_show_is_still_kept_whole(repository, guest, monkeypatch):
    monkeypatch.setattr(configs, "LARGEST", 10)
    document = push(repository, "1", b'{"author": "somebody"}')
    assert "too large to be shown" in seen(guest, document, "manifest")
    assert "too large to be read here" in seen(guest, document)
    assert b"".join(guest.get(address(document, "config/file")).streaming_content) == b'{"author": "somebody"}'


def test_bytes_that_are_missing_break_no_page_but_are_told(repository, guest, admin):
    config = b'{"author": "somebody"}'
    document = push(repository, "1", config)
    storage.driver().remove(paths.blob(Blob.objects.get(size=len(config)).digest))
    for side in ("", "layers", "manifest"):
        seen(guest, document, side)
    assert "missing in storage" in seen(guest, document)
    assert ">Missing<" in seen(admin, document, "disk")


def test_an_index_has_no_config_to_keep(repository, guest):
    index = put(repository, "1", index_of(push_image(repository)))
    assert guest.get(address(index, "config/file")).status_code == 404
    assert "linux" not in seen(guest, index, "manifest")


def test_only_system_admins_see_where_files_lie(repository, guest, admin):
    document = push_image(repository, "1")
    said = seen(admin, document, "disk", tag="1")
    assert paths.blob(document.digest) in said
    assert "tags/1/current/link" in said
    assert "manage.py locate app/web:1" in said
    auditor = browser_of(user_of(make_auditor()))
    for browser in (guest, auditor):
        assert browser.get(address(document, "disk")).status_code == 403
        assert address(document, "disk") not in seen(browser, document)


def test_a_readme_is_shown_and_brings_nothing_along(repository, guest):
    readme = (
        b"# Web\n\n<script>alert(1)</script> [x](javascript:alert(1)) ![p](https://t.example/p.png) *so*\xe2\x80\xae"
    )
    document = push_chart(repository, packed(("web/README.md", readme), ("web/values.yaml", b"<b>: \x1b[31m")))
    said = seen(guest, document, "additions/readme.md")
    assert "<em>so</em>" in said
    assert "<script>alert" not in said
    assert 'href="javascript' not in said
    assert "<img" not in said
    assert "\u202e" not in said
    assert "&lt;b&gt;: \\u001b[31m" in seen(guest, document, "additions/values.yaml")


def test_what_a_chart_does_not_bring_or_hides_in_a_bomb_is_said(repository, guest):
    document = push_chart(repository, packed(("web/Chart.yaml", b"name: web")), dependencies=[{"name": "<i>db</i>"}])
    assert "The chart has no readme.md" in seen(guest, document, "additions/readme.md")
    assert "&lt;i&gt;db&lt;/i&gt;" in seen(guest, document, "additions/dependencies")
    evil = push_chart(repository, bomb(1 << 27, head=header_of(8**11 - 1)))
    assert "unpacks to more" in seen(guest, evil, "additions/readme.md")


def test_an_addition_that_no_artifact_has_is_no_page(repository, guest):
    document = push_image(repository, "1")
    assert guest.get(address(document, "additions/build_history")).status_code == 404
    assert guest.get(address(document, "additions/readme.md")).status_code == 400


def test_the_files_of_a_model_are_a_list(repository, guest):
    kind, path = "application/vnd.cncf.model.config.v1+json", "org.cncf.model.filepath"
    layer = {"media_type": "application/vnd.cncf.model.weight.v1.raw", "annotations": {path: "w/<model>.bin"}}
    document = push_artifact(repository, "1", b"{}", kind, (b"12345", layer))
    said = seen(guest, document, "additions/files")
    assert "w/&lt;model&gt;.bin" in said
    assert "5 B" in said


def test_an_index_in_depth_and_a_manifest_of_odd_annotations_break_nothing(repository, guest, admin):
    odd = {"annotations": {"": "", " ": "x", "a" * 300: "https://a.example/" + "b" * 400}}
    document = push_image(repository, "1", **odd)
    index = put(repository, "2", index_of(put(repository, "3", index_of(document)), **odd))
    for side in ("", "manifest", "referrers"):
        seen(guest, index, side)
    assert json.loads(document.body)["annotations"]
    assert document.digest in seen(admin, index, "disk")
