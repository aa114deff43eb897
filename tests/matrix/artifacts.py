"""Artifacts on the API, what hangs on them, and their icons."""

from registry.content import icons
from tests.matrix.world import Ask, Asking, World, at

TABLE = """
                                                           |         | nob bea oth lim gue dev mai adm sys dis rob pul aud
GET /projects/<>/repositories/<>/artifacts                 | private | 401 401 403 200 200 200 200 200 200 401 200 403 200
GET /projects/<>/repositories/<>/artifacts                 | public  | 200 401 200 200 200 200 200 200 200 401 200 200 200
POST /projects/<>/repositories/<>/artifacts                | private | 401 401 403 403 403 201 201 201 201 401 201 403 403
POST /projects/<>/repositories/<>/artifacts                | public  | 401 401 403 403 403 201 201 201 201 401 201 403 403
GET /projects/<>/repositories/<>/artifacts/<>              | private | 401 401 403 200 200 200 200 200 200 401 200 403 200
GET /projects/<>/repositories/<>/artifacts/<>              | public  | 200 401 200 200 200 200 200 200 200 401 200 200 200
DELETE /projects/<>/repositories/<>/artifacts/<>           | private | 401 401 403 403 403 403 200 200 200 401 200 403 403
DELETE /projects/<>/repositories/<>/artifacts/<>           | public  | 401 401 403 403 403 403 200 200 200 401 200 403 403
GET /projects/<>/repositories/<>/artifacts/<>/accessories  | private | 401 401 403 200 200 200 200 200 200 401 200 403 200
GET /projects/<>/repositories/<>/artifacts/<>/accessories  | public  | 200 401 200 200 200 200 200 200 200 401 200 200 200
GET /projects/<>/repositories/<>/artifacts/<>/additions/<> | private | 401 401 403 200 200 200 200 200 200 401 200 403 200
GET /projects/<>/repositories/<>/artifacts/<>/additions/<> | public  | 200 401 200 200 200 200 200 200 200 401 200 200 200
GET /projects/<>/artifacts                                 | private | 401 401 403 200 200 200 200 200 200 401 200 403 200
GET /projects/<>/artifacts                                 | public  | 200 401 200 200 200 200 200 200 200 401 200 200 200
GET /icons/<>                                              | any     | 200 401 200 200 200 200 200 200 200 401 200 200 200
"""


def _copied(world: World) -> Ask:
    source = f"{world.repository.name}@{world.image.digest}"
    return Ask(f"/api/v2.0/projects/{world.project.name}/repositories/copy/artifacts?from={source}")


def _icon(world: World) -> Ask:
    return Ask(f"/api/v2.0/icons/{icons.of_accessory('signature.cosign')}")


ASKS: dict[str, Asking] = {
    "GET /projects/<>/repositories/<>/artifacts": lambda world: Ask(world.artifact_path.rpartition("/")[0]),
    "POST /projects/<>/repositories/<>/artifacts": _copied,
    "GET /projects/<>/repositories/<>/artifacts/<>": lambda world: Ask(world.artifact_path),
    "DELETE /projects/<>/repositories/<>/artifacts/<>": lambda world: Ask(world.artifact_path),
    "GET /projects/<>/repositories/<>/artifacts/<>/accessories": lambda world: Ask(
        f"{world.artifact_path}/accessories"
    ),
    "GET /projects/<>/repositories/<>/artifacts/<>/additions/<>": lambda world: Ask(
        f"{world.artifact_path}/additions/build_history"
    ),
    "GET /projects/<>/artifacts": at("/api/v2.0/projects/<>/artifacts"),
    "GET /icons/<>": _icon,
}
