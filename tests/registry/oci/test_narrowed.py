"""A role that is narrowed to some repositories and tags, with the fast lane and without: what was allowed a moment
ago for one tag is not for another, whatever the token says."""

import re

import pytest

from tests.engines.registries import Registry, RoleId
from tests.registry.oci import people
from tests.registry.oci.people import Cast, bearer, token
from tests.registry.serving.pushing import MANIFEST_TYPE


@pytest.fixture
def project(cast: Cast, name: str) -> Registry:
    """Private, with the tags 1 and release-1 in the repositories team/app and other/app."""
    project = cast.admin.make_project(name)
    for repository in ("team/app", "other/app"):
        with cast.pusher(cast.admin, f"{name}/{repository}") as pusher:
            for tag in ("1", "release-1"):
                pusher.manifest(tag, tag.encode())
    return project


def narrowed(cast: Cast, project: Registry, name: str, role: RoleId, **patterns: str) -> Registry:
    return project.grant(cast.admin.make_user(f"{name}-{project.project}"), role, **patterns)


def ask(cast: Cast, user: Registry, method: str, path: str, **given):
    """By the best token that there is for the repository."""
    repository = path.split("/manifests")[0].split("/blobs")[0].split("/tags")[0]
    scope = f"repository:{user.project}/{repository}:pull,push,delete"
    headers = {**bearer(token(cast.server, user, scope)), **given.pop("headers", {})}
    return people.ask(method, f"{cast.server.url}/v2/{user.project}/{path}", headers=headers, **given)


def test_a_tag_is_pulled_by_those_whose_pattern_matches_it(cast: Cast, project: Registry):
    user = narrowed(cast, project, "tess", RoleId.GUEST, tags="!release-*")
    for method in ("GET", "HEAD"):
        assert ask(cast, user, method, "team/app/manifests/1").status_code == 200
        assert ask(cast, user, method, "team/app/manifests/release-1").status_code == 403
    refused = ask(cast, user, "GET", "team/app/manifests/release-1").json()["errors"][0]["message"]
    assert re.search(r"allowed for tags !release-\* only; .* \(why: [a-z0-9]{7}\)$", refused)


def test_what_is_asked_by_digest_is_narrowed_by_repository_alone(cast: Cast, project: Registry):
    released = ask(cast, project, "HEAD", "team/app/manifests/release-1").headers["docker-content-digest"]
    user = narrowed(cast, project, "dina", RoleId.GUEST, tags="!release-*", repositories="team/**")
    assert ask(cast, user, "GET", f"team/app/manifests/{released}").status_code == 200
    for path in (f"other/app/manifests/{released}", "other/app/manifests/1", "other/app/tags/list"):
        assert ask(cast, user, "GET", path).status_code == 403
    layer = ask(cast, user, "GET", "team/app/manifests/1").json()["layers"][0]["digest"]
    assert ask(cast, user, "GET", f"team/app/blobs/{layer}").status_code == 200
    assert ask(cast, user, "GET", f"other/app/blobs/{layer}").status_code == 403


def test_a_push_is_held_to_the_pattern_at_the_tag(cast: Cast, project: Registry):
    user = narrowed(cast, project, "paul", RoleId.DEVELOPER, tags="!release-*")
    manifest = ask(cast, project, "GET", "team/app/manifests/1").content
    put = {"content": manifest, "headers": {"content-type": MANIFEST_TYPE}}
    assert ask(cast, user, "PUT", "team/app/manifests/2", **put).status_code == 201
    assert ask(cast, user, "PUT", "team/app/manifests/release-2", **put).status_code == 403
    assert ask(cast, user, "PUT", "other/app/manifests/release-1", **put).status_code == 403


def test_a_grant_that_is_taken_away_is_gone_at_the_next_request(cast: Cast, project: Registry):
    user = narrowed(cast, project, "gwen", RoleId.GUEST, repositories="team/**")
    scope = f"repository:{project.project}/team/app:pull"
    shown = bearer(token(cast.server, user, scope))
    path = f"{cast.server.url}/v2/{project.project}/team/app/manifests/1"
    assert people.ask("GET", path, headers=shown).status_code == 200
    with project.client() as admin:
        grants = f"/api/v2.0/projects/{project.project}/grants"
        (grant,) = admin.get(grants).json()
        assert admin.delete(f"{grants}/{grant['id']}").status_code == 200
    assert people.ask("GET", path, headers=shown).status_code == 403
