"""How each line of the table is asked."""

from collections.abc import Callable
from urllib.parse import quote

from registry.content import digests
from tests.factories.accounts import make_user
from tests.factories.registry import make_repository, push_blob
from tests.registry.matrix.world import CONTENT, Ask, World, json_ask

DIGEST = quote(digests.of(CONTENT, "sha256"))
MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def _in_repository(world: World, rest: str) -> str:
    return f"/v2/{world.repository.name}/{rest}"


def _by_tag(world: World) -> Ask:
    _ = world.image
    return Ask(_in_repository(world, "manifests/latest"))


def _by_digest(world: World) -> Ask:
    return Ask(_in_repository(world, f"manifests/{world.image.digest}"))


def _put_by_tag(world: World) -> Ask:
    return Ask(_in_repository(world, "manifests/new"), world.new_image()[0], MANIFEST)


def _put_by_digest(world: World) -> Ask:
    body, digest = world.new_image()
    return Ask(_in_repository(world, f"manifests/{digest}"), body, MANIFEST)


def _blob(world: World) -> Ask:
    return Ask(_in_repository(world, f"blobs/{world.blob.digest}"))


def _mounted(world: World) -> Ask:
    blob = push_blob(make_repository(f"{world.project.name}/source", world.project))
    asked = f"mount={quote(blob.digest)}&from={world.project.name}/source"
    return Ask(_in_repository(world, f"blobs/uploads/?{asked}"))


def _upload(world: World) -> Ask:
    return Ask(_in_repository(world, f"blobs/uploads/{world.upload.pk}"))


def _patched(world: World) -> Ask:
    return Ask(_upload(world).path, CONTENT)


def _ended(world: World) -> Ask:
    return Ask(f"{_upload(world).path}?digest={DIGEST}", CONTENT)


def _member(world: World) -> Ask:
    wanted = {"username": make_user().username}
    return json_ask(f"/api/v2.0/projects/{world.project.name}/members", role_id=3, member_user=wanted)


def _token(world: World) -> Ask:
    return Ask(f"/service/token?service=harbor-registry&scope=repository:{world.repository.name}:pull,push")


def _new_user(world: World) -> Ask:
    name = f"eve-of-{world.project.name}"
    wanted = {"username": name, "email": f"{name}@example.org", "realname": "Eve", "password": "Plain-words-1"}
    return json_ask("/api/v2.0/users", **wanted)


def _at(path: str) -> Callable[[World], Ask]:
    """The same for everyone; <> is the name of the project."""
    return lambda world: Ask(path.replace("<>", world.project.name))


ASKS: dict[str, Callable[[World], Ask]] = {
    "GET base": _at("/v2/"),
    "GET catalog": _at("/v2/_catalog"),
    "GET manifest by tag": _by_tag,
    "GET manifest by digest": _by_digest,
    "PUT manifest by tag": _put_by_tag,
    "PUT manifest by digest": _put_by_digest,
    "DELETE manifest by tag": _by_tag,
    "DELETE manifest by digest": _by_digest,
    "GET blob": _blob,
    "DELETE blob": _blob,
    "POST uploads in pieces": lambda world: Ask(_in_repository(world, "blobs/uploads/")),
    "POST uploads whole": lambda world: Ask(_in_repository(world, f"blobs/uploads/?digest={DIGEST}"), CONTENT),
    "POST uploads mounted": _mounted,
    "GET upload": _upload,
    "PATCH upload": _patched,
    "PUT upload": _ended,
    "DELETE upload": _upload,
    "GET tags": lambda world: Ask(_in_repository(world, "tags/list")),
    "GET referrers": lambda world: Ask(_in_repository(world, f"referrers/{world.image.digest}")),
    "GET token with a scope": _token,
    "GET token without": _at("/service/token?service=harbor-registry"),
    "GET jwks": _at("/service/token/jwks"),
    "GET api/version": _at("/api/version"),
    "GET api/v2.0/ping": _at("/api/v2.0/ping"),
    "GET api/v2.0/health": _at("/api/v2.0/health"),
    "GET api/v2.0/systeminfo": _at("/api/v2.0/systeminfo"),
    "GET api/v2.0/projects": _at("/api/v2.0/projects"),
    "HEAD api/v2.0/projects": _at("/api/v2.0/projects?project_name=<>"),
    "POST api/v2.0/projects": lambda world: json_ask("/api/v2.0/projects", project_name=f"{world.project.name}-new"),
    "GET api/v2.0/projects/<>": _at("/api/v2.0/projects/<>"),
    "DELETE api/v2.0/projects/<>": _at("/api/v2.0/projects/<>"),
    "POST api/v2.0/projects/<>/members": _member,
    "POST api/v2.0/users": _new_user,
}
