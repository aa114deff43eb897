"""What pages load: compressed, kept by browsers for ever, and made anew after an upgrade alone."""

import re

import httpx
import pytest
from django.contrib.staticfiles.finders import find

from registry.serving.processes import statics


@pytest.fixture
def gathered(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    return tmp_path


def test_all_that_a_page_loads_comes_compressed_and_is_kept(server):
    page = httpx.get(f"{server.url}/sign-in").text
    loaded = re.findall(r'(?:href|src)="(/static/[^"#]+\.(?:css|js))"', page)
    assert len(loaded) > 3
    for path in loaded:
        answer = httpx.get(f"{server.url}{path}", headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200, path
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers.get("Content-Encoding") == "gzip" or len(answer.content) < 1024


def test_nothing_is_gathered_twice_from_the_same_sources(gathered):
    statics.gather()
    manifest = gathered / "staticfiles.json"
    manifest.write_text("kept")
    statics.gather()
    assert manifest.read_text() == "kept"
    (gathered / statics.MADE_OF).write_text("of an older version")
    statics.gather()
    assert manifest.read_text() != "kept"


def test_what_no_page_loads_is_left_out(gathered):
    statics.gather()
    assert find("rest_framework/css/default.css")
    assert not (gathered / "rest_framework").exists()
    assert (gathered / "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js.gz").exists()
