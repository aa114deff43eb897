"""Artifacts on the API."""

from tests.matrix.world import Ask, Asking, World

TABLE = """
                                                    |         | nob bea oth lim gue dev mai adm sys dis rob pul aud
POST /projects/<>/repositories/<>/artifacts         | private | 401 401 403 403 403 201 201 201 201 401 201 403 403
POST /projects/<>/repositories/<>/artifacts         | public  | 401 401 403 403 403 201 201 201 201 401 201 403 403
"""


def _copied(world: World) -> Ask:
    source = f"{world.repository.name}@{world.image.digest}"
    return Ask(f"/api/v2.0/projects/{world.project.name}/repositories/copy/artifacts?from={source}")


ASKS: dict[str, Asking] = {
    "POST /projects/<>/repositories/<>/artifacts": _copied,
}
