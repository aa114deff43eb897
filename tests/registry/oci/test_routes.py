"""One parser, and what it makes of odd paths."""

import pytest

from registry.oci.routes import Route, match

DIGEST = f"sha256:{'a' * 64}"


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/v2", Route("base")),
        ("/v2/", Route("base")),
        ("/v2/_catalog", Route("catalog")),
        ("/v2/a/b/manifests/latest", Route("manifest", "a/b", "latest")),
        (f"/v2/a/b/manifests/{DIGEST}", Route("manifest", "a/b", DIGEST)),
        (f"/v2/a/b/blobs/{DIGEST}", Route("blob", "a/b", DIGEST)),
        ("/v2/a/b/blobs/uploads/", Route("uploads", "a/b")),
        ("/v2/a/b/blobs/uploads", Route("uploads", "a/b")),
        ("/v2/a/b/blobs/uploads/1-2", Route("upload", "a/b", "1-2")),
        ("/v2/a/b/tags/list", Route("tags", "a/b")),
        (f"/v2/a/b/referrers/{DIGEST}", Route("referrers", "a/b", DIGEST)),
        ("/service/token", Route("token")),
        ("/service/token/jwks", Route("jwks")),
    ],
)
def test_each_address_has_its_route(path, route):
    assert match(path) == route


def test_the_last_keyword_counts():
    assert match("/v2/x/manifests/y/manifests/1") == Route("manifest", "x/manifests/y", "1")
    assert match("/v2/x/blobs/uploads/tags/list") == Route("tags", "x/blobs/uploads")


@pytest.mark.parametrize("slash", ["%2F", "%2f"])
def test_an_encoded_slash_is_a_slash(slash):
    assert match(f"/v2/a{slash}b{slash}c/manifests/1") == Route("manifest", "a/b/c", "1")


@pytest.mark.parametrize(
    "path", ["/", "", "/v1/", "/v2x", "/v2/a", "/v2/a/manifests", "/v2/" + "a" * 1100 + "/tags/list"]
)
def test_other_paths_have_none(path):
    assert match(path) is None
