"""The page of an artifact: what it is, how to pull it, and that nothing it says of itself is believed."""

import json

import pytest
from django.test import Client

from accounts.models import BuiltIn
from accounts.principals import SYSTEM
from registry.content import artifacts
from tests.factories.accounts import add_member, make_project, make_user
from tests.factories.browser import browser_of
from tests.factories.registry import descriptor_of, index_of, make_repository, push_blob, push_image, put

pytestmark = pytest.mark.django_db
CONFIG = "application/vnd.oci.image.config.v1+json"


@pytest.fixture
def repository():
    return make_repository("app/web", make_project("app"))


@pytest.fixture
def guest(repository):
    user = make_user("guest")
    add_member(repository.project, user, BuiltIn.GUEST)
    return browser_of(user)


def push(repository, tag, config, *layers, **fields):
    """An image with this config, whatever it is."""
    content = config if isinstance(config, bytes) else json.dumps(config).encode()
    return push_image(repository, tag, *layers, config=descriptor_of(push_blob(repository, content), CONFIG), **fields)


def address(document, side="", name="app/web"):
    return f"/projects/{name}@{document.digest}" + (f"/-/{side}" if side else "")


def seen(browser, document, side="", **query):
    answer = browser.get(address(document, side), query)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def test_a_tag_leads_to_the_artifact_and_stays_in_view(repository, guest):
    document = push_image(repository, "1.0")
    led = guest.get("/projects/app/web:1.0")
    assert (led.status_code, led["Location"]) == (302, f"{address(document)}?tag=1.0")
    said = seen(guest, document, tag="1.0")
    assert "app/web:1.0</h1>" in said
    assert f"{address(document, 'layers')}?tag=1.0" in said
    assert "docker pull testserver/app/web:1.0" in said
    assert f"podman pull testserver/app/web@{document.digest}" in said


def test_a_tag_that_has_moved_on_is_told_with_where_it_is(repository, guest):
    first, second = push_image(repository, "1.0"), push_image(repository, "1.0")
    said = seen(guest, first, tag="1.0")
    assert "points at another artifact now" in said
    assert f"{address(second)}?tag=1.0" in said
    assert "docker pull testserver/app/web:1.0" not in said
    assert "There is no tag" in seen(guest, first, tag="2.0")
    assert "There is no tag" not in seen(guest, first, tag='"><script>')


def test_what_is_not_there_or_not_for_them_is_refused_alike(repository, guest):
    document = push_image(repository)
    assert guest.get(address(document).replace("a", "b")).status_code in (403, 404)
    assert guest.get(f"/projects/app/web@sha256:{'0' * 64}").status_code == 404
    stranger = browser_of(make_user())
    for side in ("", "layers", "referrers", "manifest", "manifest/file", "config/file", "disk"):
        assert stranger.get(address(document, side)).status_code == 403, side
        assert Client().get(address(document, side))["Location"].startswith("/sign-in"), side


def test_anybody_reads_what_is_public():
    repository = make_repository("open/web", make_project("open", is_public=True))
    document = push_image(repository)
    for side in ("", "layers", "referrers", "manifest"):
        assert Client().get(address(document, side, "open/web")).status_code == 200, side


def test_how_an_image_is_run_is_read_from_its_config(repository, guest):
    run = {
        "Entrypoint": ["/entry", "-x"],
        "Cmd": ["serve"],
        "Env": ["PATH=/bin", "A=b=c"],
        "User": "app",
        "WorkingDir": "/srv",
        "ExposedPorts": {"8080/tcp": {}},
        "Volumes": {"/data": {}},
        "Labels": {"org.opencontainers.image.source": "https://git.example.com/app"},
        "StopSignal": "SIGINT",
        "Healthcheck": {"Test": ["CMD", "true"]},
    }
    config = {"os": "linux", "architecture": "arm64", "variant": "v8", "author": "Dora", "config": run}
    said = seen(guest, push(repository, "1", config, annotations={"org.example.note": "a note"}))
    for text in (
        "linux/arm64/v8",
        "Dora",
        "[&quot;/entry&quot;, &quot;-x&quot;]",
        "b=c",
        "8080/tcp",
        "/data",
        "SIGINT",
    ):
        assert text in said, text
    assert '<a href="https://git.example.com/app" rel="nofollow noopener noreferrer">' in said
    assert "a note" in said


@pytest.mark.parametrize(
    "config",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff\xfe",
        b"no json",
        b"[" * 100_000,
        b'{"config": []}',
        b'{"config": {"Env": {"a": 1}, "Labels": ["x"], "Cmd": 3, "ExposedPorts": [1], "Healthcheck": "x"}}',
        b'{"config": {"Env": [1, null, {}], "Labels": {"a": 1}, "Cmd": [[]], "User": {}}, "created": 7, "os": []}',
        b'{"created": "0001-01-01T00:00:00+14:00", "history": [null, 1, {"created": "9999-12-31T23:59:59-14:00"}]}',
        b'{"history": {"a": 1}, "author": "\\ud800", "n": 1e999}',
    ],
)
def test_a_config_that_is_no_config_of_an_image_breaks_no_page(repository, guest, config):
    document = push(repository, "1", config)
    for side in ("", "layers", "manifest", "referrers"):
        seen(guest, document, side)


def test_nothing_that_an_image_says_runs_or_turns_the_page_around(repository, guest):
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}\u202egnp.exe\x1b[31m\x00'
    run = {"Env": [f"X={evil}", evil], "Cmd": [evil], "Entrypoint": evil, "Labels": {evil: evil}, "User": evil}
    run |= {"ExposedPorts": {evil: {}}, "Volumes": {evil: {}}, "WorkingDir": evil, "StopSignal": evil}
    history = [{"created_by": evil, "comment": evil, "author": evil}]
    config = {"os": evil, "architecture": evil, "author": evil, "config": run, "history": history}
    note = {evil.replace("\x00", ""): "javascript:alert(1)", "url": 'https://a.example/"onmouseover=alert(1)'}
    document = push(repository, "1", config, annotations=note)
    for side in ("", "layers", "manifest", "referrers"):
        said = seen(guest, document, side)
        assert "<script>alert" not in said
        assert "<img" not in said
        assert not {"\u202e", "\x1b", "\x00"} & set(said)
        assert 'href="javascript' not in said
        assert 'onmouseover=alert(1)" rel' not in said
    assert "\\u202egnp.exe\\u001b[31m" in seen(guest, document)


def test_what_is_endless_is_cut(repository, guest):
    config = {"config": {"Env": ["LONG=" + "x" * 900_000]}, "history": [{"created_by": "y" * 100_000}]}
    document = push(repository, "1", config, annotations={"k" * 100_000: "v" * 100_000})
    for side in ("", "layers"):
        assert len(seen(guest, document, side)) < 100_000
    assert "Only the beginning is shown" in seen(guest, document, "manifest")


def test_an_index_opens_into_its_parts_by_platform(repository, guest):
    arm, attestation = push_image(repository, "arm"), push_image(repository, "att")
    listed = json.loads(index_of(arm, attestation))
    listed["manifests"][0]["platform"] = {"os": "linux", "architecture": "arm64", "variant": "v8"}
    listed["manifests"][1]["platform"] = {"os": "unknown", "architecture": "unknown"}
    listed["manifests"][1]["annotations"] = {"vnd.docker.reference.digest": arm.digest}
    index = put(repository, "1", json.dumps(listed).encode())
    said = seen(guest, index)
    assert f'<a href="{address(arm)}">' in said
    assert "linux/arm64/v8" in said
    assert f"Attestation of {arm.digest[:15]}" in said
    assert f'href="{address(index, "layers")}"' not in said
    assert f'<a href="{address(index)}">' in seen(guest, arm)
    empty = put(repository, "2", index_of())
    assert "This index lists nothing" in seen(guest, empty)


def test_a_chart_is_pulled_by_helm(repository, guest):
    config = descriptor_of(push_blob(repository, b'{"name": "web"}'), "application/vnd.cncf.helm.config.v1+json")
    document = push_image(repository, "1.0.0_rc1", config=config)
    said = seen(guest, document)
    assert "helm pull oci://testserver/app/web --version 1.0.0+rc1" in said
    assert "docker pull" not in said


def test_what_nobody_pulled_by_docker_is_pulled_by_oras(repository, guest):
    config = descriptor_of(push_blob(repository, b"{}"), "application/vnd.oci.empty.v1+json")
    document = push_image(repository, "1", config=config, artifactType="application/x.thing")
    assert "oras pull testserver/app/web:1" in seen(guest, document)


def test_a_page_asks_as_much_for_many_as_for_few(repository, guest, django_assert_max_num_queries):
    few = put(repository, "few", index_of(push_image(repository)))
    many = put(repository, "many", index_of(*(push_image(repository, f"p{number}") for number in range(12))))
    image = push_image(repository, "image", *(push_blob(repository) for _ in range(12)))
    for document, side, most in ((few, "", 24), (many, "", 24), (image, "layers", 20)):
        with django_assert_max_num_queries(most):
            seen(guest, document, side)


def test_an_artifact_that_is_gone_is_no_page(repository, guest):
    document = push_image(repository)
    push_image(repository, "other")
    artifacts.delete(artifacts.find(repository.project, "app/web", document.digest), by=SYSTEM)
    assert guest.get(address(document)).status_code == 404
