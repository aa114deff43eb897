"""/v2 and the token service."""

from urllib.parse import quote

from registry.content import digests
from tests.factories.registry import make_repository, push_blob
from tests.matrix.world import CONTENT, Ask, Asking, World, at

TABLE = """
                          |         | nob bea oth lim gue dev mai adm sys dis rob pul aud
GET base                  | any     | 401 200 200 200 200 200 200 200 200 401 200 200 200
GET catalog               | any     | 401 200 200 200 200 200 200 200 200 401 200 200 200
GET manifest by tag       | private | 401 401 403 200 200 200 200 200 200 401 200 200 403
GET manifest by tag       | public  | 401 200 200 200 200 200 200 200 200 401 200 200 200
GET manifest by digest    | private | 401 401 403 200 200 200 200 200 200 401 200 200 403
GET manifest by digest    | public  | 401 200 200 200 200 200 200 200 200 401 200 200 200
PUT manifest by tag       | private | 401 401 403 403 403 201 201 201 201 401 201 403 403
PUT manifest by tag       | public  | 401 401 403 403 403 201 201 201 201 401 201 403 403
PUT manifest by digest    | private | 401 401 403 403 403 201 201 201 201 401 201 403 403
PUT manifest by digest    | public  | 401 401 403 403 403 201 201 201 201 401 201 403 403
DELETE manifest by tag    | private | 401 401 403 403 403 403 202 202 202 401 202 403 403
DELETE manifest by tag    | public  | 401 401 403 403 403 403 202 202 202 401 202 403 403
DELETE manifest by digest | private | 401 401 403 403 403 403 202 202 202 401 202 403 403
DELETE manifest by digest | public  | 401 401 403 403 403 403 202 202 202 401 202 403 403
GET blob                  | private | 401 401 403 200 200 200 200 200 200 401 200 200 403
GET blob                  | public  | 401 200 200 200 200 200 200 200 200 401 200 200 200
DELETE blob               | private | 401 401 403 403 403 403 202 202 202 401 202 403 403
DELETE blob               | public  | 401 401 403 403 403 403 202 202 202 401 202 403 403
POST uploads in pieces    | private | 401 401 403 403 403 202 202 202 202 401 202 403 403
POST uploads in pieces    | public  | 401 401 403 403 403 202 202 202 202 401 202 403 403
POST uploads whole        | private | 401 401 403 403 403 201 201 201 201 401 201 403 403
POST uploads whole        | public  | 401 401 403 403 403 201 201 201 201 401 201 403 403
POST uploads mounted      | private | 401 401 403 403 403 201 201 201 201 401 201 403 403
POST uploads mounted      | public  | 401 401 403 403 403 201 201 201 201 401 201 403 403
GET upload                | private | 401 401 403 403 403 204 204 204 204 401 204 403 403
GET upload                | public  | 401 401 403 403 403 204 204 204 204 401 204 403 403
PATCH upload              | private | 401 401 403 403 403 202 202 202 202 401 202 403 403
PATCH upload              | public  | 401 401 403 403 403 202 202 202 202 401 202 403 403
PUT upload                | private | 401 401 403 403 403 201 201 201 201 401 201 403 403
PUT upload                | public  | 401 401 403 403 403 201 201 201 201 401 201 403 403
DELETE upload             | private | 401 401 403 403 403 204 204 204 204 401 204 403 403
DELETE upload             | public  | 401 401 403 403 403 204 204 204 204 401 204 403 403
GET tags                  | private | 401 401 403 200 200 200 200 200 200 401 200 200 403
GET tags                  | public  | 401 200 200 200 200 200 200 200 200 401 200 200 200
GET referrers             | private | 401 401 403 200 200 200 200 200 200 401 200 200 403
GET referrers             | public  | 401 200 200 200 200 200 200 200 200 401 200 200 200
GET token with a scope    | any     | 200 200 200 200 200 200 200 200 200 200 200 200 200
GET token without         | any     | 401 401 200 200 200 200 200 200 200 401 200 200 200
GET jwks                  | any     | 200 200 200 200 200 200 200 200 200 200 200 200 200
"""
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
    return Ask(_in_repository(world, f"blobs/uploads/{world.new_upload().pk}"))


def _patched(world: World) -> Ask:
    return Ask(_upload(world).path, CONTENT)


def _ended(world: World) -> Ask:
    return Ask(f"{_upload(world).path}?digest={DIGEST}", CONTENT)


def _token(world: World) -> Ask:
    return Ask(f"/service/token?service=harbor-registry&scope=repository:{world.repository.name}:pull,push")


ASKS: dict[str, Asking] = {
    "GET base": at("/v2/"),
    "GET catalog": at("/v2/_catalog"),
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
    "GET token without": at("/service/token?service=harbor-registry"),
    "GET jwks": at("/service/token/jwks"),
}
